use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{
    clean, clean_document,
    corpus::{ATTACKS, ATTRIBUTES, TAGS, TEXTS, UNCHANGED},
    is_blank,
};

#[test]
fn what_editors_write_is_unchanged() {
    for html in UNCHANGED {
        assert_eq!(clean(html).html, *html);
    }
}

#[test]
fn descriptions_are_wrapped_as_recorded() {
    let cases = [
        ("<p>Hello <b>world</b></p>", "<p>Hello <b>world</b></p>"),
        ("<p>ok</p><script>alert(1)</script><img src=x onerror=alert(1)>", "<div><p>ok</p><img src=\"x\"></div>"),
        ("just text", "<span>just text</span>"),
        ("a <b>c</b>", "<span>a <b>c</b></span>"),
        ("<p>a</p><p>b</p>", "<div><p>a</p><p>b</p></div>"),
        ("<script>alert(1)</script><p>b</p>", "<p>b</p>"),
        (" <p>b</p>\n", " <p>b</p>\n"),
        ("", ""),
    ];
    for (sent, stored) in cases {
        assert_eq!(clean_document(sent).html, stored, "{sent}");
    }
}

/// Every tag of cleaned markup, read with plain string operations: nothing of the cleaner is used.
fn tags_of(html: &str) -> Vec<String> {
    html.split('<').skip(1).filter_map(|piece| piece.split_once('>')).map(|(tag, _)| tag.to_owned()).collect()
}

#[track_caller]
fn assert_harmless(sent: &str, html: &str) {
    for tag in tags_of(html) {
        let name: String = tag.trim_start_matches('/').chars().take_while(|c| !c.is_whitespace()).collect();
        assert!(super::tags::KEPT.contains(&name.as_str()), "{name} in {html:?} of {sent:?}");
        let folded = tag.to_ascii_lowercase().replace(['\t', '\n', '\r'], "");
        for word in [" on", "=\"javascript:", "=\"vbscript:", "=\"data:", "=\"blob:", "url(", "expression", "position", " name=", "srcdoc"]
        {
            assert!(!folded.contains(word), "{word} in {html:?} of {sent:?}");
        }
        for word in [" class=\"fixed", "redirect_uri", " ping", " id=\"_", " id=\"d", "autofocus", " formaction"] {
            assert!(!folded.contains(word), "{word} in {html:?} of {sent:?}");
        }
    }
}

#[test]
fn attacks_come_to_nothing() {
    for sent in ATTACKS {
        for wrapped in [(*sent).to_owned(), format!("<p>a</p>{sent}<p>b</p>"), format!("<table><tr><td>{sent}"), format!("<b><a>{sent}")] {
            let cleaned = clean(&wrapped);
            assert_harmless(&wrapped, &cleaned.html);
            assert_eq!(clean(&cleaned.html), cleaned, "{wrapped:?}");
        }
    }
}

#[test]
fn the_check_of_the_attacks_can_fail() {
    for bad in ["<img src=\"x\" onerror=\"1\">", "<script>", "<a href=\"javascript:1\">"] {
        assert!(std::panic::catch_unwind(|| assert_harmless(bad, bad)).is_err(), "{bad}");
    }
    assert_eq!(read_as_address("\u{1} Java\tScript:1"), "javascript:1");
}

#[test]
fn links_say_nothing_about_where_they_stand() {
    assert_eq!(
        clean("<a href=\"https://e.test\" rel=\"opener\" target=\"_top\" onclick=\"x\">x</a>").html,
        "<a href=\"https://e.test\" rel=\"noopener noreferrer nofollow\">x</a>"
    );
    assert_eq!(clean("<a href=https://e.test>x</a>").html, "<a href=\"https://e.test\" rel=\"noopener noreferrer nofollow\">x</a>");
}

#[test]
fn unsafe_parts_of_styles_and_classes_go_alone() {
    assert_eq!(clean("<p style=\"color: red; position: fixed\">x</p>").html, "<p style=\"color: red\">x</p>");
    assert_eq!(clean("<code class=\"hljs language-rust\">x</code>").html, "<code class=\"language-rust\">x</code>");
}

#[test]
fn text_is_what_a_reader_sees() {
    let cases = [
        ("<h1>A</h1><p>b  c<br>d &amp;lt; &lt;e&gt;</p>", "A\nb c\nd &lt; <e>"),
        ("<ul><li><p>1</p></li><li><p>2</p></li></ul>", "1\n2"),
        ("<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>", "a b\nc"),
        ("<pre><code>x\n  y\n</code></pre><p>z</p>", "x\n  y\n\nz"),
        ("<p>by <mention-component label=\"bob\"></mention-component>!</p>", "by @bob!"),
        ("<p>see <mention-component entity_name=\"issue_mention\" label=\"ENG-42\"></mention-component>.</p>", "see ENG-42."),
        ("a<script>b</script>c", "ac"),
        ("if a <b then", "if a <b then"),
    ];
    for (html, text) in cases {
        assert_eq!(clean(html).text, text, "{html}");
    }
}

#[test]
fn blank_is_what_shows_nothing() {
    for html in ["", " ", "<p></p>", "<p> &nbsp;<br></p>", "<script>x</script>", "<ul><li></li></ul>"] {
        assert!(is_blank(html), "{html}");
    }
    for html in ["x", "<p>.</p>", "<img src=\"x\">", "<image-component src=\"x\"></image-component>", "<hr>"] {
        assert!(!is_blank(html), "{html}");
    }
}

/// Markup that makes parsers slow, a megabyte each: an unoptimised build takes seconds, a quadratic step takes hours.
#[test]
fn a_megabyte_of_anything_takes_bounded_time() {
    let full = |piece: &str| piece.repeat(1_000_000 / piece.len());
    let numbered = |piece: &str, count: usize| (0..count).map(|n| piece.replace('#', &n.to_string())).collect::<String>();
    let inputs = [
        full("<p>Hello <b>world</b>, <a href=\"https://e.test\">x</a></p>"),
        full("<p></p>"),
        full("<a href=x>"),
        full("<b><i>x</b></i>"),
        full("<div>"),
        full("<b>"),
        full("</p>"),
        full("<a "),
        full("<"),
        full("<!--"),
        full("<table>"),
        full("<table><tr><td>"),
        full("<script>"),
        full("</"),
        full("&"),
        full("\u{a1}&"),
        full("&</x>"),
        format!("<img src=x alt=\"{}\">", full("&")),
        full(&format!("<img src=x alt=\"{}\">", "&".repeat(4_000))),
        format!("<p {}>x</p>", numbered("a#=1 ", 120_000)),
        format!("{}{}", numbered("<b style=\"width:#px\">", 20_000), "<p>x".repeat(100_000)),
        format!("{}{}", numbered("<b style=\"width:#px\">", 90), "<table></b><td>".repeat(60_000)),
        numbered("<x#>", 100_000),
        format!("<!--{}", full("--")),
    ];
    for input in inputs {
        let start: String = input.chars().take(40).collect();
        let began = Instant::now();
        let cleaned = clean(&input);
        assert!(began.elapsed() < Duration::from_mins(1), "{start}: {:?}", began.elapsed());
        assert!(cleaned.html.len() < 20_000_000, "{start}: {}", cleaned.html.len());
    }
}

#[test]
fn a_hundred_thousand_open_tags_keep_their_text() {
    for tag in ["div", "b", "ul", "li", "blockquote", "table", "span", "a", "p", "mention-component", "font", "svg"] {
        let cleaned = clean(&format!("{}deep", format!("<{tag}>").repeat(100_000)));
        assert!(cleaned.text.contains("deep"), "{tag}");
        assert_eq!(clean(&cleaned.html), cleaned, "{tag}");
    }
}

fn markup() -> impl Strategy<Value = String> {
    let tag = prop::sample::select(TAGS.split(' ').collect::<Vec<_>>());
    let piece = prop_oneof![
        (tag.clone(), prop::sample::select(ATTRIBUTES)).prop_map(|(tag, attribute)| format!("<{tag}{attribute}>")),
        tag.prop_map(|tag| format!("</{tag}>")),
        prop::sample::select(TEXTS).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// An address that runs code, in some of the ways in which browsers still read it.
fn code_address() -> impl Strategy<Value = String> {
    let letter = |letter: char| {
        prop_oneof![
            4 => Just(letter.to_string()),
            1 => Just(letter.to_ascii_uppercase().to_string()),
            1 => Just(format!("&#{};", u32::from(letter))),
            1 => Just(format!("&#x{:x}", u32::from(letter))),
            1 => Just(format!("{letter}\t")),
            1 => Just(format!("{letter}&Tab;")),
            1 => Just(format!("{letter}&NewLine;")),
            1 => Just(format!("\u{0}{letter}")),
        ]
    };
    let scheme: Vec<_> = "javascript".chars().map(letter).collect();
    let before = prop::sample::select(vec!["", " ", "\u{1}", "&nbsp;", "/", "//", "data:", "http:", "\u{feff}"]);
    let colon = prop::sample::select(vec![":", "&colon;", "&#58;", "&#x3A", "\t:", ":\u{0}"]);
    (before, scheme, colon).prop_map(|(before, scheme, colon)| format!("{before}{}{colon}alert(1)", scheme.concat()))
}

/// The value of an attribute as a browser has it, from how the cleaner writes it, without what browsers leave out.
fn read_as_address(value: &str) -> String {
    let read = value.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\u{a0}");
    let shown = read.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r'));
    shown.collect::<String>().trim_start_matches(|c: char| c <= ' ').to_ascii_lowercase()
}

/// How many cases each property is tried with: those that `PROPTEST_CASES` says, in long runs.
fn cases(usual: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(usual), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn no_address_that_runs_code_survives(
        address in code_address(),
        tag in prop::sample::select(vec!["a href", "img src", "image-component src", "iframe src", "form action", "td background", "math href", "a xlink:href"]),
        quote in prop::sample::select(vec!["\"", "'", ""]),
        around in markup(),
    ) {
        let sent = format!("{around}<{tag}={quote}{address}{quote}>x");
        let cleaned = clean(&sent);
        for value in cleaned.html.split('"').skip(1).step_by(2) {
            prop_assert!(!read_as_address(value).starts_with("javascript:"), "{value:?} in {:?} of {sent:?}", cleaned.html);
        }
        prop_assert_eq!(&clean(&cleaned.html), &cleaned);
        // Each character becomes at most an entity; what grows is the text that rules add to tags.
        prop_assert!(cleaned.html.len() <= 64 * sent.len() + 64, "{} of {}", cleaned.html.len(), sent.len());
    }

    #[test]
    fn cleaning_twice_is_cleaning_once(html in markup()) {
        let cleaned = clean(&html);
        assert_harmless(&html, &cleaned.html);
        prop_assert_eq!(&clean(&cleaned.html), &cleaned);
        let document = clean_document(&html);
        prop_assert_eq!(&clean_document(&document.html), &document);
    }

    #[test]
    fn text_without_markup_is_kept(text in "[a-z&;#<>\" \u{e9}]{0,40}") {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(words(&clean(&escaped).text), words(&text));
    }

    #[test]
    fn anything_at_all_can_be_cleaned(html in any::<String>()) {
        let cleaned = clean(&html);
        prop_assert_eq!(&clean(&cleaned.html), &cleaned);
    }
}
