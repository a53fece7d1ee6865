"""Templates: which one is taken, what they may see, and how their mistakes are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve

from kpicore.errors import KpicoreError, PluginError, SchemeError
from kpicore.explain.use import Explanation
from kpicore.folder import TemplateFolder
from kpicore.report import environment, write_report
from kpicore.row import Row

Entry = tuple[Explanation, Row]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "templates"
    made.mkdir()
    return made


@pytest.fixture
def rendered(person: Callable[..., Entry], tmp_path: Path, folder: Path) -> Callable[..., str]:
    """The page of a person made with the templates of the folder."""

    def render(prefix: str = "demo", template: str = "") -> str:
        explanation, row = person()
        explanation = evolve(explanation, model=evolve(explanation.model, template=template))
        write_report([(explanation, row)], tmp_path / "out", "en", templates=[TemplateFolder(folder, prefix)])
        return (tmp_path / "out" / "people" / "E1__2024-03.html").read_text("utf-8")

    return render


def test_the_order_in_which_templates_are_sought(rendered: Callable[..., str], folder: Path) -> None:
    assert "A sheet of everything" in rendered()
    (folder / "person.html.j2").write_text("of the plugin")
    assert rendered() == "of the plugin"
    (folder / "everything.html.j2").write_text("of the scheme's id")
    assert rendered() == "of the scheme's id"
    (folder / "special.html.j2").write_text("named by the scheme")
    assert rendered(template="demo/special.html.j2") == "named by the scheme"
    assert rendered(template="demo/special") == "named by the scheme"


def test_a_folder_without_a_prefix_gives_every_scheme_its_page(rendered: Callable[..., str], folder: Path) -> None:
    (folder / "person.html.j2").write_text("{{ page.person.name }}, plainly")
    assert rendered(prefix="") == "张伟, plainly"


def test_the_order_in_which_templates_of_the_index_are_sought(
    person: Callable[..., Entry], folder: Path, tmp_path: Path
) -> None:
    def index(prefix: str = "demo", template: str = "") -> str:
        explanation, row = person()
        explanation = evolve(explanation, model=evolve(explanation.model, template=template))
        write_report([(explanation, row)], tmp_path / "out", "en", templates=[TemplateFolder(folder, prefix)])
        return (tmp_path / "out" / "index.html").read_text("utf-8")

    assert "A sheet of everything" in index()
    (folder / "index.html.j2").write_text("of the plugin")
    assert index() == index(prefix="") == "of the plugin"
    (folder / "everything.index.html.j2").write_text("of the scheme's id")
    assert index() == "of the scheme's id"
    (folder / "special.html.j2").write_text("named by the scheme")
    assert index(template="demo/special") == "of the scheme's id"
    (folder / "special.index.html.j2").write_text("beside the named one")
    assert index(template="demo/special.html.j2") == index(template="demo/special") == "beside the named one"


def test_the_newest_version_says_which_index_is_taken(
    person: Callable[..., Entry], folder: Path, tmp_path: Path
) -> None:
    (folder / "new.html.j2").write_text("")
    (folder / "new.index.html.j2").write_text("of the newer version")
    explanation, row = person()
    model = explanation.model
    later = evolve(model, template="demo/new", effective=model.effective.replace(year=model.effective.year + 1))
    for models in ((model, later), (later, model)):
        entries = [(evolve(explanation, model=each), row) for each in models]
        write_report(entries, tmp_path / "out", "en", templates=[TemplateFolder(folder, "demo")])
        assert (tmp_path / "out" / "index.html").read_text("utf-8") == "of the newer version"


def test_a_template_can_extend_the_page_and_fill_a_block(rendered: Callable[..., str], folder: Path) -> None:
    text = '{% extends "base/person.html.j2" %}{% block overview %}<p>My own part.</p>{{ super() }}{% endblock %}'
    (folder / "person.html.j2").write_text(text)
    page = rendered()
    assert "<p>My own part.</p>" in page and "A sheet of everything" in page


def test_a_scheme_that_names_a_template_nobody_has_is_told(rendered: Callable[..., str]) -> None:
    with pytest.raises(SchemeError, match=r"template: There is no template 'demo/none'.\n.*'<plugin>/<file>'"):
        rendered(template="demo/none")


@pytest.mark.parametrize("name", ["../secret", "demo/../../secret.html.j2", "/etc/passwd", "demo/..", "demo/\0"])
def test_a_template_s_name_can_not_lead_out_of_the_folders(
    rendered: Callable[..., str], folder: Path, name: str
) -> None:
    (folder.parent / "secret.html.j2").write_text("secret")
    with pytest.raises(SchemeError, match="There is no template"):
        rendered(template=name)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("one\ntwo {{ page.nothing }}", r"person\.html\.j2:2: template demo/person\.html\.j2: .*nothing"),
        ("one\n\n{{ nobody }}", r"person\.html\.j2:3: .*'nobody' is undefined"),
        ("one\n{% if %}", r"person\.html\.j2:2: .*Expected an expression"),
        ("{{ word('no such word') }}", r"person\.html\.j2:1: .*no such word"),
        ("{% extends 'demo/none.html.j2' %}", r"There is no template 'demo/none\.html\.j2'"),
        ("{{ page.lines[0].__class__ }}", r"person\.html\.j2:1: .*__class__.*unsafe"),
        ("{{ page.__init__.__globals__ }}", r"person\.html\.j2:1: .*unsafe"),
        ("{{ page.courses._make.__globals__ }}", r"person\.html\.j2:1: .*unsafe"),
        ("{{ word.__call__.__globals__ }}", r"person\.html\.j2:1: .*unsafe"),
        ("{% do page.lines.append(1) %}", r"person\.html\.j2:1: "),
        ("{{ 'x' * 99999999999 }}", r"person\.html\.j2:1: .*[Oo]nly numbers can be multiplied"),
        ("{{ 9 ** 9 ** 9 }}", r"person\.html\.j2:1: .*[Oo]nly numbers"),
        ("{{ 1 / 0 }}", r"person\.html\.j2:1: .*ivision by zero"),
        ("{% for i in range(99999999) %}{% endfor %}", r"person\.html\.j2:1: .*[Rr]ange"),
    ],
)
def test_a_mistake_in_a_template_names_the_template_and_its_line(
    rendered: Callable[..., str], folder: Path, tmp_path: Path, text: str, sentence: str
) -> None:
    (folder / "person.html.j2").write_text(text)
    with pytest.raises(PluginError, match=sentence) as caught:
        rendered()
    assert isinstance(caught.value, KpicoreError) and caught.value.problems[0].place.file
    assert not (tmp_path / "out").exists()


def test_a_mistake_in_a_block_is_placed_in_the_file_that_has_it(rendered: Callable[..., str], folder: Path) -> None:
    (folder / "person.html.j2").write_text(
        '{% extends "demo/frame.html.j2" %}\n{% block part %}\n{{ x }}{% endblock %}'
    )
    (folder / "frame.html.j2").write_text("{% block part %}{% endblock %}")
    with pytest.raises(PluginError, match=r"/person\.html\.j2:3: "):
        rendered()


def test_what_templates_print_is_escaped(rendered: Callable[..., str], folder: Path) -> None:
    (folder / "person.html.j2").write_text("{{ '<b>' }} {{ page.person.name + '<i>' }}")
    assert rendered() == "&lt;b&gt; 张伟&lt;i&gt;"


def test_a_page_has_a_bound(rendered: Callable[..., str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "LARGEST_PAGE", 1000)
    (folder / "person.html.j2").write_text("{% for i in range(1000) %}0123456789{{ i }}{% endfor %}")
    with pytest.raises(PluginError, match="grows beyond 1,000 characters"):
        rendered()


def test_a_template_that_is_no_text_is_told(rendered: Callable[..., str], folder: Path) -> None:
    (folder / "person.html.j2").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PluginError, match=r"person\.html\.j2: .*can not be read"):
        rendered()
