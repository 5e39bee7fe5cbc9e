"""The web application: a table of contents."""

from __future__ import annotations

import importlib
import logging
import pkgutil
import secrets
from datetime import timedelta
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, g, jsonify, redirect, render_template, request, url_for
from flask_babel import Babel
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

import webapp.views
from kernel.problems import Problem
from kernel.sentences import say
from webapp import guards, intake, templating, wording
from webapp.catalogues import compile_catalogues
from webapp.policy import content_policy
from webapp.site import Site, secret_key
from webapp.throttle import ADDRESS_TRIES, Throttle

_log = logging.getLogger("taizhang.web")


def create_app(site: Site) -> Flask:
    """The web application of one office."""
    app = Flask("webapp")
    app.extensions["site"] = site
    app.extensions["throttle"] = Throttle()
    app.extensions["address_throttle"] = Throttle(ADDRESS_TRIES)
    _configure(app, site)
    _set_up_language(app)
    _set_up_sessions(app)
    _register_views(app)
    _answer_errors(app)
    return app


def _configure(app: Flask, site: Site) -> None:
    app.config.update(
        SECRET_KEY=secret_key(site.settings),
        MAX_CONTENT_LENGTH=intake.LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=intake.LARGEST_BODY,
        MAX_FORM_PARTS=intake.MOST_VALUES,
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
    compile_catalogues(Path(app.root_path) / "translations")
    Babel(app, locale_selector=wording.chosen_language, default_locale="zh")
    wording.teach(app)
    templating.teach(app)


def _set_up_sessions(app: Flask) -> None:
    # What a page of problems needs comes first, for every later step may refuse the request.
    app.before_request(_new_nonce)
    app.before_request(guards.load_person)
    app.before_request(intake.allow_larger)
    app.before_request(intake.refuse_unstorable)
    CSRFProtect(app)
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
    app.register_error_handler(Exception, _answer_bug)


def _new_nonce() -> None:
    g.nonce = secrets.token_urlsafe(16)


def _guard_headers(response: Response) -> Response:
    """Tell the browser what it must not do with our pages."""
    response.headers.setdefault("Content-Security-Policy", content_policy())
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=(self)")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def wants_json() -> bool:
    """Whether whoever asks is a program."""
    return request.path.startswith("/api/") or request.is_json or request.accept_mimetypes.best == "application/json"


def _answer_problem(problem: Problem) -> AnyResponse | tuple[Response | str, int]:
    if isinstance(problem, guards.SignInFirst) and request.method == "GET" and not wants_json():
        return redirect(url_for("session.get_sign_in", next=request.full_path.rstrip("?")))
    return _answer(problem.status, problem.code, problem.sentence)


def _answer_csrf(error: CSRFError) -> tuple[Response | str, int]:
    del error
    return _answer(
        400, "session.token", say("这一页放得太久或登录已变，请返回上一页，刷新后再提交；已填的内容请先复制")
    )


def _answer_http(error: HTTPException) -> AnyResponse | tuple[Response | str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    if isinstance(error, RequestEntityTooLarge):
        limit = (request.max_content_length or intake.LARGEST_BODY) // 1024 // 1024
        return _answer(413, "request.too_large", say("提交的内容超过 {limit} MB，请分几次提交", limit=limit))
    sentences = {404: say("没有这个页面"), 405: say("这个地址不能这样用"), 400: say("请求不完整，请返回上一页再试")}
    sentence = sentences.get(error.code, say("请求没有成功"))
    body, status = _answer(error.code, f"http.{error.code}", sentence)
    response = current_app.make_response((body, status))
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response


def _answer_bug(error: Exception) -> tuple[Response | str, int]:
    incident = secrets.token_hex(4)
    _log.exception("incident %s at %s", incident, request.path, exc_info=error)
    return _answer(500, "bug", say("系统出错了，已记下编号 {incident}，您填的内容没有保存", incident=incident))


def _answer(status: int, code: str, sentence: str) -> tuple[Response | str, int]:
    if wants_json():
        return jsonify(error=code, sentence=wording.translate(sentence)), status
    return render_template("problem.html", status=status, code=code, sentence=sentence), status
