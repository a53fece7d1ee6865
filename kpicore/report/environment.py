"""Templates: where they are found, and how they are rendered, sandboxed and escaped. Imported only to render."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

import attrs
import jinja2
from jinja2.bccache import Bucket
from jinja2.exceptions import SecurityError
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from kpicore.errors import PluginError, SchemeError
from kpicore.messages import Messages
from kpicore.model import SchemeModel
from kpicore.problem import Place, Problem
from kpicore.report.field import HELP

if TYPE_CHECKING:
    from kpicore.folder import TemplateFolder

BASE = "base"
ENDING = ".html.j2"
PROBLEMS = f"{BASE}/problems{ENDING}"
COMPARED = f"{BASE}/compare{ENDING}"
MOST_COMPILED = 500
"""The most templates that are kept compiled."""
LARGEST_PAGE = 8_000_000
"""The most characters of a page."""
LARGEST_TEMPLATE = 1_000_000
"""The most bytes of a template."""
_UNIT = re.compile(r"(?<=\d) (?=(?:%|h|s|days?|天|小时|秒|分)(?![a-z]))")


class Environment(ImmutableSandboxedEnvironment):
    """Jinja for reports: of the classes of the context only the documented fields can be seen.

    Nor can a short template make a huge text: nothing is multiplied but numbers, and there are no powers.
    """

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """The product of two numbers; all else is refused."""
        if operator == "**" or not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise SecurityError(f"only numbers can be multiplied here, and '{operator}' stands between other things")
        return super().call_binop(context, operator, left, right)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The documented field of a record at once, since pages are made of these; all else by the sandbox's way."""
        cls: type = type(obj)
        fields = _documented(cls)
        if fields is not None and attribute in fields:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may look at this attribute."""
        cls: type = type(obj)
        fields = _documented(cls)
        return attr in fields if fields is not None else super().is_safe_attribute(obj, attr, value)


@lru_cache(maxsize=256)
def _documented(cls: type) -> frozenset[str] | None:
    """The fields of a class that say what they hold; None for a class that is no record."""
    if not attrs.has(cls):
        return None
    return frozenset(field.name for field in attrs.fields(cls) if HELP in field.metadata)


class Words:
    """The words of the pages in one language, as templates ask for them: `word('weight')`.

    A word that differs by number goes by `count`, which may be a text: `word('items_count', count=3)`.
    """

    def __init__(self, language: str) -> None:
        self._say = Messages(language)

    def __call__(self, key: str, **values: object) -> str:
        name = f"page.{key}"
        if name not in self._say and "count" in values:
            name = f"{name}.one" if str(values["count"]) == "1" else f"{name}.many"
        return self._say(name, **values)


class Compiled(jinja2.BytecodeCache):
    """Templates compiled before in this process, by name, file and text: the next report needs not do it again."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives the code where this very text was compiled before."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps the code."""
        if len(self._kept) >= MOST_COMPILED:
            self._kept.clear()
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = Compiled()


class Templates:
    """The templates of some folders, each read and compiled once. Of two of one name the first folder's is taken."""

    def __init__(self, folders: Iterable[TemplateFolder], language: str) -> None:
        self._roots = [(folder.prefix, folder.root) for folder in folders]
        self._roots.append((BASE, Path(str(files("kpicore.templates") / BASE))))
        self._environment = Environment(
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            loader=jinja2.FunctionLoader(self._load),
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
            finalize=_held_together,
            bytecode_cache=_COMPILED,
        )
        self._of_scheme: dict[str, str] = {}
        self._globals = {"word": Words(language), "style": self._style()}

    def person(self, model: SchemeModel, page: object) -> str:
        """The page of a person, by the scheme's own template where there is one."""
        name = self._of_scheme.get(model.id)
        if name is None:
            name = self._of_scheme[model.id] = self._found(model)
        return self._rendered(name, {"page": page})

    def index(self, model: SchemeModel | None, page: object) -> str:
        """The page that lists the people, by the scheme's own template where there is one."""
        return self._rendered(self._page_of(model, "index"), {"page": page})

    def letter(self, model: SchemeModel, page: object) -> str:
        """A letter on what was decided, by the scheme's own template where there is one."""
        return self._rendered(self._page_of(model, "letter"), {"page": page})

    def problems(self, page: object) -> str:
        """The page that lists all problems."""
        return self._rendered(PROBLEMS, {"page": page})

    def compared(self, page: object) -> str:
        """The page of a comparison or a cohort."""
        return self._rendered(COMPARED, {"page": page})

    def _found(self, model: SchemeModel) -> str:
        if model.template:
            for name in (model.template, model.template + ENDING):
                if self._path(name) is not None:
                    return name
            message = f"There is no template '{model.template}'."
            hint = "Name one that a plugin registers, as '<plugin>/<file>', or leave the key out."
            raise SchemeError([Problem("unknown_template", message, key="template", hint=hint)])
        plugin = model.id.partition("/")[0]
        names = (f"{model.id}{ENDING}", f"{plugin}/person{ENDING}", f"person{ENDING}")
        return self._first(names, f"{BASE}/person{ENDING}")

    def _page_of(self, model: SchemeModel | None, page: str) -> str:
        """The template of a page beside those of people: of the index, or of letters."""
        names: list[str] = []
        if model is not None:
            plugin = model.id.partition("/")[0]
            own = [model.template.removesuffix(ENDING)] if model.template else []
            names = [*(f"{name}.{page}{ENDING}" for name in (*own, model.id)), f"{plugin}/{page}{ENDING}"]
        return self._first([*names, f"{page}{ENDING}"], f"{BASE}/{page}{ENDING}")

    def _first(self, names: Iterable[str], otherwise: str) -> str:
        """The first of these names that is a template."""
        return next((name for name in names if self._path(name) is not None), otherwise)

    def _path(self, name: str) -> Path | None:
        """The file of a template; None where no folder has it, or where its name leads out of the folders."""
        try:
            parts = split_template_path(name)
        except jinja2.TemplateNotFound:
            return None
        for prefix, root in self._roots:
            above = [part for part in prefix.split("/") if part]
            below = parts[len(above) :]
            if below and parts[: len(above)] == above and _is_file(root.joinpath(*below)):
                return root.joinpath(*below)
        return None

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        path = self._path(name)
        return None if path is None else (_text(path), str(path), lambda: True)

    def _style(self) -> Markup:
        path = self._path(f"{BASE}/style.css")
        return Markup("") if path is None else Markup(_text(path))

    def _rendered(self, name: str, context: Mapping[str, object]) -> str:
        parts: list[str] = []
        size = 0
        try:
            template = self._environment.get_template(name, globals=self._globals)
            for part in template.generate(context):
                size += len(part)
                if size > LARGEST_PAGE:
                    raise _error(name, Place(template.filename), f"The page grows beyond {LARGEST_PAGE:,} characters.")
                parts.append(part)
        except PluginError:
            raise
        except jinja2.TemplateSyntaxError as error:
            raise _error(name, Place(error.filename or error.name, error.lineno), _sentence(error)) from error
        except Exception as error:
            raise _error(name, self._place(error, name), _sentence(error)) from error
        return "".join(parts)

    def _place(self, error: BaseException, name: str) -> Place:
        """The innermost line of a template that an error came through."""
        found = Place(str(self._path(name) or name))
        trace = error.__traceback__
        while trace is not None:
            file = trace.tb_frame.f_code.co_filename
            if file.endswith(".j2"):
                found = Place(file, trace.tb_lineno)
            trace = trace.tb_next
        return found


def _held_together(value: Any) -> Any:
    """A text in which no line ends between a number and its unit."""
    return _UNIT.sub("\u00a0", value) if type(value) is str else value


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _text(path: Path) -> str:
    try:
        with path.open("rb") as handle:
            data = handle.read(LARGEST_TEMPLATE + 1)
        if len(data) > LARGEST_TEMPLATE:
            raise _error(path.name, Place(str(path)), f"It is larger than {LARGEST_TEMPLATE:,} bytes.")
        return data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _error(path.name, Place(str(path)), f"It can not be read ({error}).") from error


def _sentence(error: BaseException) -> str:
    if isinstance(error, jinja2.TemplateNotFound) and not isinstance(error, jinja2.TemplatesNotFound):
        return f"There is no template '{error.name}'."
    if isinstance(error, LookupError) and not isinstance(error, jinja2.TemplateError):
        return f"There is no {error}."
    text = str(error) or type(error).__name__
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")


def _error(name: str, place: Place, sentence: str) -> PluginError:
    problem = Problem("bad_template", sentence, place=place, key=f"template {name}")
    return PluginError(str(problem), [problem])
