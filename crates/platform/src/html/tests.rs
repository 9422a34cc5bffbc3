use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{clean, clean_document, is_blank};

/// What Aileron's editor and Plane's write, and what scripts send: it must come back as it is.
const UNCHANGED: &[&str] = &[
    "",
    "<p></p>",
    "plain",
    "<p>Hello <b>world</b></p>",
    "<p>a</p><p>b</p>",
    "<p>1 &lt; 2 &amp;&nbsp;3 &gt; 2</p>",
    "<h1>One</h1><h6>Six</h6><hr><blockquote><p>q</p></blockquote>",
    "<p><u>u</u><s>s</s><mark data-color=\"#fff\">m</mark>H<sub>2</sub>O<sup>2</sup><em>e</em><strong>s</strong><code>c</code></p>",
    "<ul><li><p>a</p><ol start=\"3\"><li><p>b</p></li></ol></li></ul>",
    "<ul data-type=\"taskList\"><li data-checked=\"true\" data-type=\"taskItem\"><label><input type=\"checkbox\" checked=\"checked\"><span></span></label><div><p>done</p></div></li></ul>",
    "<p><input type=\"checkbox\" disabled=\"\"> x</p>",
    "<table style=\"min-width: 75px\"><colgroup><col style=\"min-width: 25px\"></colgroup><tbody><tr><th colspan=\"2\" rowspan=\"1\" colwidth=\"150,150\"><p>h</p></th></tr><tr><td colspan=\"1\" rowspan=\"1\" background=\"#eee\" style=\"background-color: #eee;\"><p>c</p></td></tr></tbody></table>",
    "<pre><code class=\"language-rust\">\nfn main() {\n    x &amp;&amp; y\n}</code></pre>",
    "<p>by <mention-component entity_identifier=\"0b3c1e5e-7a52-4b61-9d55-d1f1a1ad0a11\" entity_name=\"user_mention\" id=\"5f2c1e5e-7a52-4b61-9d55-d1f1a1ad0a12\" label=\"bob\"></mention-component></p>",
    "<image-component src=\"0b3c1e5e-7a52-4b61-9d55-d1f1a1ad0a11\" width=\"300px\" height=\"200px\" id=\"5f2c1e5e-7a52-4b61-9d55-d1f1a1ad0a12\" aspectratio=\"1.5\" alignment=\"left\" status=\"uploaded\"></image-component>",
    "<div data-block-type=\"callout-component\" data-logo-in-use=\"emoji\" data-emoji-unicode=\"128161\" data-emoji-url=\"https://cdn.example/1.png\" data-background=\"green\"><p>note</p></div>",
    "<details open=\"\"><summary>s</summary><div data-type=\"detailsContent\"><p>d</p></div></details>",
    "<p style=\"text-align: center\"><span style=\"color: var(--text-red); background-color: rgb(1, 2, 3)\">c</span></p>",
    "<p><a target=\"_blank\" rel=\"noopener noreferrer nofollow\" href=\"https://example.com/?a=1&amp;b=2#c\">link</a></p>",
    "<p><a href=\"mailto:a@b.test\" rel=\"noopener noreferrer nofollow\">m</a><a href=\"/acme/x\" rel=\"noopener noreferrer nofollow\">r</a></p>",
    "<img src=\"x\"><img src=\"https://e.test/a.png\" alt=\"a\">",
    "<p>日本語 🎉 עברית</p>",
];

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

/// Payloads of cheat sheets, of the advisories and of known mutation attacks.
const ATTACKS: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.test/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=\"x\"onerror=\"alert(1)\">",
    "<img src='x' onerror\n=\nalert(1)>",
    "<img \u{0}src=x o\u{0}nerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
    "<svg><style><img title=\"</style><img src=x onerror=alert(1)>\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\"\tjavascript:alert(1)\">x</a>",
    "<a href=\"java\nscript:alert(1)\">x</a>",
    "<a href=\"java&Tab;script:alert(1)\">x</a>",
    "<a href=\"&#1;javascript:alert(1)\">x</a>",
    "<a href=\"  JaVaScRiPt&colon;alert(1)\">x</a>",
    "<a href=\"&#106;avascript:alert(1)\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=\"blob:https://x/1\">x</a>",
    "<img src=\"data:image/svg+xml,<svg onload=alert(1)>\">",
    "<image-component src=\"javascript:alert(1)\"></image-component>",
    "<div data-emoji-url=\"javascript:alert(1)\">x</div>",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=\"javascript:alert(1)\"></object>",
    "<embed src=\"javascript:alert(1)\">",
    "<base href=\"javascript:alert(1)//\">",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<link rel=stylesheet href=\"javascript:alert(1)\">",
    "<form action=\"javascript:alert(1)\"><button formaction=\"javascript:alert(1)\">x</button></form>",
    "<input type=image src=x onerror=alert(1)>",
    "<input type=\"checkbox\" onfocus=alert(1) autofocus>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<p style=\"background:url(javascript:alert(1))\">x</p>",
    "<p style=\"width: expression(alert(1))\">x</p>",
    "<p style=\"color: r\\65 d; position:fixed; inset:0\">x</p>",
    "<td background=\"javascript:alert(1)\">x</td>",
    "<table><tr><td background=\"javascript:alert(1)\">x</td></tr></table>",
    "<p id=\"__proto__\" name=\"body\">x</p>",
    "<a id=\"defaultView\" href=\"https://e.test\">x</a>",
    "<p class=\"fixed inset-0 z-50\">x</p>",
    "<title><img src=x onerror=alert(1)></title>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<template><img src=x onerror=alert(1)></template>",
    "<select><option><img src=x onerror=alert(1)></option></select>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--!><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml <img src=x onerror=alert(1)> ?>",
    "<mention-component onclick=alert(1) label=\"x\" redirect_uri=\"javascript:alert(1)\"></mention-component>",
    "\"><img src=x onerror=alert(1)>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<a href=\"https://e.test\" ping=\"https://evil.test\" download>x</a>",
];

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
        assert!(began.elapsed() < Duration::from_secs(60), "{start}: {:?}", began.elapsed());
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
    let tag = prop::sample::select(vec![
        "p",
        "div",
        "b",
        "i",
        "a",
        "table",
        "tr",
        "td",
        "tbody",
        "ul",
        "li",
        "pre",
        "code",
        "h1",
        "span",
        "svg",
        "math",
        "mtext",
        "style",
        "script",
        "select",
        "form",
        "template",
        "br",
        "hr",
        "input",
        "details",
        "summary",
        "caption",
        "colgroup",
        "col",
        "dl",
        "dt",
        "mention-component",
        "title",
        "textarea",
        "noscript",
        "font",
        "label",
        "mglyph",
        "foreignObject",
    ]);
    let attribute = prop::sample::select(vec![
        "",
        " href=\"https://x.test/?a&b\"",
        " href=javascript:1",
        " onclick='x'",
        " style=\"color:red;position:fixed\"",
        " id=x",
        " type=checkbox",
        " class=\"language-x y\"",
        " data-type=\"&quot;\"",
        " title=\"</p><script>\"",
        " src=\"a\tb\"",
        " rel=x",
        " colspan=2 colspan=3",
    ]);
    let text = prop::sample::select(vec![
        "x",
        " ",
        "\n",
        "\r\n",
        "&",
        "&amp;lt;",
        "&nbsp;",
        "&#13;",
        "&#0;",
        "<",
        ">",
        "\"",
        "<!--",
        "-->",
        "]]>",
        "é",
        "\u{a0}",
        "\u{0}",
        "&lt;b&gt;",
    ]);
    let piece = prop_oneof![
        (tag.clone(), attribute).prop_map(|(tag, attribute)| format!("<{tag}{attribute}>")),
        tag.prop_map(|tag| format!("</{tag}>")),
        text.prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

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
