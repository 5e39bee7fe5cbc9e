"""The web application: a table of contents."""

from __future__ import annotations

import importlib
import logging
import pkgutil
import secrets
from datetime import timedelta

from flask import Blueprint, Flask, Response, g, jsonify, render_template, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

import webapp.views
from kernel.problems import Problem
from kernel.sentences import say
from webapp import guards, templating, wording
from webapp.site import Site, secret_key
from webapp.throttle import Throttle

#: A form without files is far smaller; a larger body is refused before it is read (bytes).
LARGEST_BODY = 2 * 1024 * 1024

_log = logging.getLogger("taizhang.web")


def create_app(site: Site) -> Flask:
    """The web application of one office."""
    app = Flask("webapp")
    app.extensions["site"] = site
    app.extensions["throttle"] = Throttle()
    _configure(app, site)
    _set_up_language(app)
    _set_up_sessions(app)
    _register_views(app)
    _answer_errors(app)
    return app


def _configure(app: Flask, site: Site) -> None:
    app.config.update(
        SECRET_KEY=secret_key(site.settings),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        MAX_FORM_PARTS=20_000,
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        SESSION_COOKIE_NAME="taizhang",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=site.settings.web.https,
        # A draft may lie open on a phone for days; the session's own end is the limit.
        WTF_CSRF_TIME_LIMIT=None,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider's own setting


def _set_up_language(app: Flask) -> None:
    Babel(app, locale_selector=wording.chosen_language, default_locale="zh")
    wording.teach(app)
    templating.teach(app)


def _set_up_sessions(app: Flask) -> None:
    CSRFProtect(app)
    app.before_request(_new_nonce)
    app.before_request(guards.load_person)
    app.after_request(_guard_headers)


def _register_views(app: Flask) -> None:
    """Every module of `webapp/views/` has a blueprint called `views`: the folder is the registry."""
    for module in pkgutil.iter_modules(webapp.views.__path__):
        views = importlib.import_module(f"webapp.views.{module.name}").views
        assert isinstance(views, Blueprint)
        app.register_blueprint(views)


def _answer_errors(app: Flask) -> None:
    app.register_error_handler(Problem, _answer_problem)
    app.register_error_handler(CSRFError, _answer_csrf)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(UnicodeDecodeError, _answer_encoding)
    app.register_error_handler(Exception, _answer_bug)


def _new_nonce() -> None:
    g.nonce = secrets.token_urlsafe(16)


def _guard_headers(response: Response) -> Response:
    """What a browser must not do with our pages (OWASP ASVS 5.0 §3.4)."""
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'self'; script-src 'self' 'nonce-{g.nonce}'; style-src 'self'; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def wants_json() -> bool:
    """Whether whoever asks is a program."""
    return request.path.startswith("/api/") or request.is_json


def _answer_problem(problem: Problem) -> tuple[Response | str, int]:
    return _answer(problem.status, problem.code, problem.sentence)


def _answer_csrf(error: CSRFError) -> tuple[Response | str, int]:
    del error
    return _answer(400, "session.token", say("这一页的令牌缺失或已失效，请返回上一页刷新后再提交，已填内容请先复制"))


def _answer_http(error: HTTPException) -> tuple[Response | str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    if isinstance(error, RequestEntityTooLarge):
        limit = LARGEST_BODY // 1024 // 1024
        return _answer(413, "request.too_large", say("提交的内容超过 {limit} MB", limit=limit))
    sentences = {404: say("没有这个页面"), 405: say("这个地址不能这样用"), 400: say("请求不完整")}
    return _answer(error.code, f"http.{error.code}", sentences.get(error.code, say("请求没有成功")))


def _answer_encoding(error: UnicodeDecodeError) -> tuple[Response | str, int]:
    del error
    return _answer(400, "request.encoding", say("提交的内容不是 UTF-8 编码"))


def _answer_bug(error: Exception) -> tuple[Response | str, int]:
    incident = secrets.token_hex(4)
    _log.exception("incident %s at %s", incident, request.path, exc_info=error)
    return _answer(500, "bug", say("系统出错了，已记下编号 {incident}，您填的内容没有保存", incident=incident))


def _answer(status: int, code: str, sentence: str) -> tuple[Response | str, int]:
    if wants_json():
        return jsonify(error=code, sentence=wording.translate(sentence)), status
    return render_template("problem.html", status=status, code=code, sentence=sentence), status
