//! What a page of somebody else says of itself.

use super::{
    scan::{Scanner, Token},
    tags, text,
};

/// Title and icon of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The title as text: character references decoded, white space as single spaces. Never empty.
    pub title: Option<String>,
    /// The address of the icon as written, perhaps relative.
    pub icon: Option<String>,
}

/// Reads the head of a page, which may end anywhere.
pub fn head(page: &str) -> Head {
    let mut head = Head::default();
    let mut scanner = Scanner::new(page);
    while let Some(token) = scanner.next() {
        match token {
            Token::Start(name, _) if name == "title" => {
                let title = scanner.raw("title").map(plain).filter(|title| !title.is_empty());
                head.title = head.title.or(title);
            }
            Token::Start(name, attributes) if name == "link" => {
                let value = |name: &str| attributes.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.value);
                let is_icon = value("rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("icon")));
                let icon = value("href").filter(|_| is_icon).map(|href| text::decoded(href.trim())).filter(|href| !href.is_empty());
                head.icon = head.icon.or(icon);
            }
            Token::Start(name, _) if name == "body" => break,
            Token::End(name) if name == "head" => break,
            Token::Start(name, _) if tags::RAW.contains(&name.as_str()) => scanner.skip_raw(&name),
            _ => {}
        }
    }
    head
}

/// As many characters of a title are read.
const READ: usize = 4_000;

/// The text of a title as written: tags are text in it, character references are not.
fn plain(title: &str) -> String {
    let beginning: String = title.trim_start().chars().take(READ).collect();
    let escaped = beginning.replace('<', "&lt;").replace('>', "&gt;");
    super::clean(&format!("<p>{escaped}</p>")).text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(page: &str) -> Option<String> {
        head(page).title
    }

    #[test]
    fn titles_are_decoded_and_trimmed() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            title("<!doctype html><html><head><TITLE lang=en>\n  Fish &amp; chips \n &#8212; &eacute;</title>"),
            some("Fish & chips — é")
        );
        assert_eq!(title("<title>a <b>bold</b> &lt;script&gt;</title>"), some("a <b>bold</b> <script>"));
        assert_eq!(title("<script>'<title>no</title>'</script><title>yes</title><title>no</title>"), some("yes"));
        assert_eq!(title("<!-- <title>no</title> --><title>yes</title>"), some("yes"));
        let long = format!("<title>{}</title>", "& ".repeat(1 << 19));
        assert_eq!(title(&long).map(|text| text.len()), Some(READ - 1));
    }

    #[test]
    fn a_title_that_is_not_there_is_none() {
        for page in ["", "no page", "<title></title>", "<title> \n </title>", "<title>cut", "<body><svg><title>x</title></svg>", "<titl"] {
            assert_eq!(title(page), None, "{page}");
        }
    }

    #[test]
    fn the_first_icon_is_taken() {
        let page = "<link rel=stylesheet href=a><link rel='Shortcut ICON' href=\" /i.png?a=1&amp;b=2 \"><link rel=icon href=b>";
        assert_eq!(head(page).icon.as_deref(), Some("/i.png?a=1&b=2"));
        assert_eq!(head("<link rel=icon><link rel=icon href=''>").icon, None);
    }
}
