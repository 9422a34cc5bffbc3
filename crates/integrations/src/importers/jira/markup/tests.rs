//! Tests of the markup.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

fn html(text: &str) -> String {
    to_html(text, Names::default())
}

fn same(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(html(text), *expected, "{text:?}");
    }
}

#[test]
fn emphasis_and_what_is_none() {
    same(&[
        ("a *b* _c_ -d- +e+ f^g^ ~h~", "<p>a <strong>b</strong> <em>c</em> <s>d</s> <u>e</u> f^g^ <sub>h</sub></p>"),
        ("x ^2^", "<p>x <sup>2</sup></p>"),
        ("*a _b_ c*", "<p><strong>a <em>b</em> c</strong></p>"),
        ("*a _b* c_", "<p><strong>a _b</strong> c_</p>"),
        (
            "2 * 3 * 4, snake_case_name, __init__, C++, 2012-05-16, a -b",
            "<p>2 * 3 * 4, snake_case_name, __init__, C++, 2012-05-16, a -b</p>",
        ),
        ("*not closed", "<p>*not closed</p>"),
        ("(*b*), *c*.", "<p>(<strong>b</strong>), <strong>c</strong>.</p>"),
        ("{{a_b *c* <d>}} {{{x}}}", "<p><code>a_b *c* &lt;d&gt;</code> <code>{x}</code></p>"),
        ("\\*no\\* \\[x] C:\\temp\\new a\\\\ b", "<p>*no* [x] C:\\temp\\new a<br> b</p>"),
        ("{{a \\[b\\] C:\\d}}", "<p><code>a [b] C:\\d</code></p>"),
        ("{color:red}hot{color} {isNode} :) (!)", "<p>hot {isNode} :) (!)</p>"),
    ]);
}

#[test]
fn blocks() {
    same(&[
        ("", ""),
        (" \r\n\r\n", ""),
        ("a\r\nb\r\n\r\nc", "<p>a<br>b</p><p>c</p>"),
        ("h2. Title *x*\ntext", "<h2>Title <strong>x</strong></h2><p>text</p>"),
        ("h7. no\nh1.", "<p>h7. no<br>h1.</p>"),
        ("bq. said\nmore", "<blockquote><p>said</p></blockquote><p>more</p>"),
        ("a\n----\nb", "<p>a</p><hr><p>b</p>"),
        ("{quote}a\n\nb{quote}c", "<blockquote><p>a</p><p>b</p></blockquote><p>c</p>"),
        ("{panel:title=T|borderStyle=solid}\na\n{panel}\nb", "<blockquote><p><strong>T</strong></p><p>a</p></blockquote><p>b</p>"),
        ("a\n\\\\\nb\nbq. {code}c{code}", "<p>a</p><p>b</p><pre><code>c</code></pre>"),
        ("{quote}open", "<blockquote><p>open</p></blockquote>"),
    ]);
}

#[test]
fn lists() {
    same(&[
        ("* a\n* b\n** c\n* d\nend", "<ul><li><p>a</p></li><li><p>b</p><ul><li><p>c</p></li></ul></li><li><p>d<br>end</p></li></ul>"),
        ("# a\n#* b\n# c\n\nend", "<ol><li><p>a</p><ul><li><p>b</p></li></ul></li><li><p>c</p></li></ol><p>end</p>"),
        ("- a\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("* a\n# b", "<ul><li><p>a</p></li></ul><ol><li><p>b</p></li></ol>"),
        ("# a\n{code}\nx\n{code}\n# b", "<ol><li><p>a</p><pre><code>x</code></pre></li><li><p>b</p></li></ol>"),
        ("*** deep", "<ul><li><ul><li><ul><li><p>deep</p></li></ul></li></ul></li></ul>"),
        ("-- a", "<p>-- a</p>"),
    ]);
}

#[test]
fn code_is_shown_as_it_is() {
    same(&[
        ("{code:java}\nif (a < b) {\n  *x*;\n}\n{code}", "<pre><code class=\"language-java\">if (a &lt; b) {\n  *x*;\n}</code></pre>"),
        ("{code:title=A.js|borderStyle=solid}x{code}", "<p><strong>A.js</strong></p><pre><code>x</code></pre>"),
        ("{code}  \n\n  x\n y\n\n{code}", "<pre><code>  x\n y</code></pre>"),
        ("a {noformat}{code}[x]{noformat} b", "<p>a</p><pre><code>{code}[x]</code></pre><p>b</p>"),
        ("{code}never closed <b>", "<pre><code>never closed &lt;b&gt;</code></pre>"),
        ("{code}a{code}b{code}", "<pre><code>a</code></pre><p>b</p>"),
        ("{{ {code} }}", "<p><code>{code}</code></p>"),
        ("\\{code} x", "<p>{code} x</p>"),
        ("{code:\"><script>}x{code}", "<pre><code>x</code></pre>"),
    ]);
}

#[test]
fn tables_with_links() {
    same(&[
        (
            "||h||i||\n|a|[t|https://e.org/x]|\n| |{{p|q}}|",
            "<table><tbody><tr><th><p>h</p></th><th><p>i</p></th></tr>\
             <tr><td><p>a</p></td><td><p><a href=\"https://e.org/x\">t</a></p></td></tr>\
             <tr><td><p></p></td><td><p><code>p|q</code></p></td></tr></tbody></table>",
        ),
        ("|a [b|c|", "<table><tbody><tr><td><p>a [b</p></td><td><p>c</p></td></tr></tbody></table>"),
        ("||", "<p>||</p>"),
    ]);
    assert!(html(&"|x".repeat(10_000)).matches("<td>").count() <= 60);
}

#[test]
fn links_people_and_files() {
    let people = BTreeMap::from([("ada".to_owned(), "Ada <Example>".to_owned())]);
    let files = BTreeMap::from([("shot 1.png".to_owned(), "https://jira.example.org/1".to_owned())]);
    let names = Names { people: Some(&people), attachments: Some(&files) };
    for (text, expected) in [
        ("[~ada] [~bob]", "<p>@Ada &lt;Example&gt; @bob</p>"),
        ("!shot 1.png|width=300! !other.png!", "<p><a href=\"https://jira.example.org/1\">shot 1.png</a> <em>other.png</em></p>"),
        ("[^shot 1.png]", "<p><a href=\"https://jira.example.org/1\">shot 1.png</a></p>"),
        ("!https://e.org/a.png!", "<p><img src=\"https://e.org/a.png\" alt=\"a.png\"></p>"),
        ("Hello! It works! [INFO] [0] a[i] [ENG-1]", "<p>Hello! It works! [INFO] [0] a[i] [ENG-1]</p>"),
        ("[x|javascript:alert(1)] [y|http://a\"b]", "<p>[x|javascript:alert(1)] [y|<a href=\"http://a\">http://a</a>\"b]</p>"),
        ("see https://e.org/a_b_c?x=1&y=2.", "<p>see <a href=\"https://e.org/a_b_c?x=1&amp;y=2\">https://e.org/a_b_c?x=1&amp;y=2</a>.</p>"),
        ("(http://e.org/)", "<p>(<a href=\"http://e.org/\">http://e.org/</a>)</p>"),
        ("[https://e.org|https://e.org|smart-link]", "<p><a href=\"https://e.org\">https://e.org</a></p>"),
        ("[mailto:a@e.org]", "<p><a href=\"mailto:a@e.org\">mailto:a@e.org</a></p>"),
    ] {
        assert_eq!(to_html(text, names), expected, "{text:?}");
    }
}

/// How long a text may take, unoptimised: what is not linear takes minutes.
const PATIENCE: Duration = Duration::from_secs(20);
const LONG: usize = 150_000;

#[test]
fn a_long_text_of_anything_is_read_in_linear_time() {
    let seeds = [
        "*",
        "[",
        "]",
        "!",
        "{",
        "{{",
        "}}",
        "|",
        "||",
        "\\",
        "_a",
        "*a ",
        "[a|",
        "!a.png",
        "{code}",
        "{code:",
        "{quote}",
        "{panel}",
        "{color:",
        "h1. ",
        "* a\n",
        "\n",
        "http://",
        "(*",
        "[~",
        "{noformat}x",
        "|[",
        "-",
        "^~",
        "&",
        "{{a",
        "!http://a ",
    ];
    for seed in seeds {
        let begin = Instant::now();
        let text = seed.repeat(LONG / seed.len());
        let long = format!("{text}]}}}}!{{code}}");
        assert!(html(&text).len() < 80 * LONG && html(&long).len() < 80 * LONG);
        assert!(begin.elapsed() < PATIENCE, "{seed:?} took {:?}", begin.elapsed());
    }
}

/// Whether every tag that is opened is closed in its place, and all else is escaped.
fn well_formed(html: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '>']) {
        let end = rest[at..].find('>').ok_or("no end")? + at;
        let tag = &rest[at + 1..end];
        let name = tag.split(' ').next().unwrap();
        match name.strip_prefix('/') {
            Some(name) if open.pop() == Some(name) => {}
            Some(name) => return Err(format!("</{name}> in {html}")),
            None if matches!(name, "br" | "hr" | "img") => {}
            None if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !name.is_empty() => open.push(name),
            None => return Err(format!("<{tag}> in {html}")),
        }
        rest = &rest[end + 1..];
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} open in {html}")) }
}

/// How many cases each property is tried with: those that `PROPTEST_CASES` says, in long runs.
fn cases(usual: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(usual), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn the_html_is_always_well_formed(parts in prop::collection::vec(
        "(\\*|_|-|\\+|~|\\^|\\[|\\]|\\||\\|\\||!|\\\\|\\{\\{|\\}\\}|\\{code\\}|\\{code:js\\}|\\{quote\\}|\\{panel\\}|\\{noformat\\}|\\{color:red\\}|\n|\n\n|\r\n|\\* |\n# |\n\\*\\* |h1\\. |bq\\. |----|http://e\\.org|!a\\.png!|<b>|>|&|\"| |a|ü|東)", 0..40)) {
        let text = parts.concat();
        prop_assert_eq!(well_formed(&html(&text)), Ok(()));
    }

    #[test]
    fn anything_at_all_becomes_bounded_html_without_code(parts in prop::collection::vec(prop_oneof![
        any::<String>(),
        prop::sample::select(vec!["[x|", "[", "]", "!", "javascript:alert(1)", "JaVaScRiPt\\:x", "{color:", "{panel:title=", "}", "<script>", "||", "\u{0}", "&#x6a;"])
            .prop_map(str::to_owned),
    ], 0..12)) {
        let text = parts.concat();
        let html = html(&text);
        prop_assert_eq!(well_formed(&html), Ok(()));
        for tag in html.split('<').skip(1).filter_map(|piece| piece.split_once('>')).map(|(tag, _)| tag.to_lowercase()) {
            prop_assert!(!tag.contains("=\"javascript:") && !tag.starts_with("script") && !tag.contains(" on"), "{tag:?} of {text:?}");
        }
        prop_assert!(html.len() <= 64 * text.len() + 64, "{} of {}", html.len(), text.len());
    }

    #[test]
    fn plain_words_stay(text in "[a-zA-Z0-9 ,.;äöü東]{0,80}") {
        let words = |text: &str| text.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>();
        prop_assume!(!text.contains("h1.") && !text.contains("bq."));
        let html = html(&text);
        prop_assert_eq!(words(&html.replace("<p>", " ").replace("</p>", " ")), words(&text));
    }
}
