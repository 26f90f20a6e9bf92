"""The grammar of a fence's info string: what is read, and the exact words for each trap."""

import pytest

from banc.pages.grammar import Attributes, GrammarError, parse

READ = [
    ("", "", Attributes()),
    ("bash", "bash", Attributes()),
    ("c++", "c++", Attributes()),
    ("bash {}", "bash", Attributes()),
    ("bash\t{#a}", "bash", Attributes("a")),
    ("{#a}", "", Attributes("a")),
    ('title="a b.txt"', "", Attributes(keys={"title": "a b.txt"})),
    ('json title="a b.json" linenums="1"', "json", Attributes(keys={"title": "a b.json", "linenums": "1"})),
    ("json title='a.json'", "json", Attributes(keys={"title": "a.json"})),
    (
        "bash {#build .setup exit=1 timeout=2.5}",
        "bash",
        Attributes("build", frozenset({"setup"}), {"exit": "1", "timeout": "2.5"}),
    ),
    (
        'text { .output .annotate title="« x »" }',
        "text",
        Attributes("", frozenset({"output", "annotate"}), {"title": "« x »"}),
    ),
    (
        'bash {.notest reason="l’hôte {a=b}, c"}',
        "bash",
        Attributes("", frozenset({"notest"}), {"reason": "l’hôte {a=b}, c"}),
    ),
    ('bash {serve until="/a=b/" data-x=1}', "bash", Attributes(keys={"serve": "", "until": "/a=b/", "data-x": "1"})),
]


@pytest.mark.parametrize(("info", "language", "attributes"), READ)
def test_read(info: str, language: str, attributes: Attributes) -> None:
    assert parse(info, 1) == (language, attributes)


TRAPS = [
    ("bash{term=2}", "a space is missing before the brace; write ```bash {term=2}"),
    ("term=2", "'term=2' must stand in braces; write ```bash {term=2}"),
    ("sh term=2", "'term=2' must stand in braces; write ```sh {term=2}"),
    ("{#a} here", "'here' stands behind the braces; write ```text {#a here}"),
    ("bash term=2", "'term=2' must stand in braces; write ```bash {term=2}"),
    ('bash timeout="60"', '\'timeout="60"\' must stand in braces; write ```bash {timeout="60"}'),
    ("bash #a", "'#a' must stand in braces; write ```bash {#a}"),
    ("bash please", "'please' cannot stand behind the language; write for example ```bash {#label timeout=60}"),
    ('bash title="x" {term=2}', 'attributes stand before the braces and in them; write ```bash {term=2 title="x"}'),
    ('bash title="x" title="y"', "the key 'title' stands twice; keep one"),
    ("bash {exit = 1}", "no spaces round '='; write ```bash {exit=1}"),
    ("bash {exit= 1}", "no spaces round '='; write ```bash {exit=1}"),
    ("bash {exit=1,timeout=2}", "attributes are separated by spaces; write ```bash {exit=1 timeout=2}"),
    ("bash {.setup,#a}", "attributes are separated by spaces; write ```bash {.setup #a}"),
    ("bash {title=“x y”}", '“ is no quote here; write ```bash {title="x y"}'),
    ("bash title=« x »", '« is no quote here; write ```bash title="x"'),
    ("bash\u00a0{exit=1}", "a no-break space (U+00A0) stands for a plain space; write ```bash {exit=1}"),
    (
        "bash {exit=1\u202f.setup}",
        "a narrow no-break space (U+202F) stands for a plain space; write ```bash {exit=1 .setup}",
    ),
    ("bash\u200b {exit=1}", "a zero width space (U+200B) stands for a plain space; write ```bash {exit=1}"),
    ("bash {exit=1 exit=2}", "the key 'exit' stands twice; keep one"),
    ("bash {#a #b}", "a block has one label, here are two: #a and #b; keep one"),
    ("bash {#12}", "the label #12 is a number, as blocks without a label have; write #step-12"),
    ("bash {until=/a=b/ exit=1}", "the value of 'until' has special characters; quote it: until=\"/a=b/\""),
    ("bash{exit = 1,timeout = 2}", "a space is missing before the brace; write ```bash {exit=1 timeout=2}"),
    ("{#a,“", "“ is no quote here; write for example ```bash {#label timeout=60}"),  # nobody can tell what was meant
    ("bash {serve=8080}", "'serve' takes no value, here is 8080; write serve"),
    ("bash {exit=}", "'exit=' has no value; write exit=…"),
    ("bash {exit}", "'exit' lacks its value; write exit=…"),
    ("bash {notest}", "'notest' lacks its dot; write ```bash {.notest}"),
    ("bash {.exit}", "unknown class '.exit': exit is a key; write exit=…"),
    ("bash {output=1}", "unknown key 'output': it is a class; write .output"),
    ("bash {timout=3}", "unknown key 'timout'; did you mean timeout?"),
    ("text {.outptu}", "unknown class '.outptu'; did you mean .output?"),
    (
        "text {.zzz}",
        "unknown class '.zzz'; known are .annotate, .copy, .file, .linenums, .no-copy, .no-select, .notest, .open, "
        ".output, .select, .setup, .teardown, .unordered",
    ),
    ('bash {reason="a b}', 'a quote is not closed in \'reason="a b\'; write key="value"'),
    ("{.output}", "without a language in front, the site takes 'output' for one; write ```text {.output}"),
    ("text {.output} here", "'here' stands behind the braces; write ```text {.output here}"),
    ("bash {exit=1", "the closing brace is missing; write ```bash {exit=1}"),
    (".bash", "a language has no dot in front; write ```bash"),
    ("bash,exit=1", "'bash,exit=1' is no language; write for example ```bash {#label timeout=60}"),
    ("bash {: .setup}", "':' is no attribute; write .class, #label, key=value or key=\"value with spaces\""),
    ("bash {.setup} {#a}", "'.setup}' is no attribute; write .class, #label, key=value or key=\"value with spaces\""),
]


@pytest.mark.parametrize(("info", "message"), TRAPS, ids=[info for info, _ in TRAPS])
def test_traps(info: str, message: str) -> None:
    with pytest.raises(GrammarError) as caught:
        parse(info, 7)
    assert (caught.value.line, caught.value.message) == (7, message)


@pytest.mark.parametrize("message", [message for _, message in TRAPS if "; write ```" in message])
def test_the_right_form_is_right(message: str) -> None:
    form = message.split("; write ```")[1]
    if form == "bash {.notest}" or "here" in form:  # a word that only its author can turn into an attribute
        form = form.replace(" here", "")
    parse(form, 1)
