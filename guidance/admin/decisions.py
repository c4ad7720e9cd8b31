"""What is decided about an article, one page for each verb: GET asks, POST does it through the action.

The table says for each verb where its page is, who may, what is asked, and what is told afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from hanoi_portal.errors import DomainError
from hanoi_portal.models import User

from .. import actions, rules
from .. import forms as typed
from ..checklist import findings
from ..models import Article
from .parts import person_of

Person = User | AnonymousUser


@dataclass(frozen=True)
class Decision:
    """A verb of an article's life, as its page asks for it."""

    name: str  # of the address: guidance_article_<name>
    address: str
    title: str | Promise
    button: str | Promise
    told: str | Promise
    act: Callable[..., None]
    is_one_of_them: Callable[[Person], bool]
    is_possible: Callable[[Person, Article], bool]
    not_possible: str | Promise
    explanation: str | Promise = ""
    form: type[forms.Form] | None = None

    @property
    def url_name(self) -> str:
        """The name of its address."""
        return f"guidance_article_{self.name}"


NOTHING_TO_PUBLISH = _("Bài này đang được đăng rồi, hoặc còn chờ người khác duyệt.")

DECISIONS = (
    Decision(
        name="review",
        address="trinh-duyet",
        title=_("Trình duyệt"),
        button=_("Trình duyệt bài này"),
        told=_("Đã trình duyệt. Người duyệt được báo qua thư."),
        act=actions.send_for_review,
        is_one_of_them=rules.is_writer,
        is_possible=rules.can_send_for_review,
        not_possible=_("Bài này hiện không có gì để trình duyệt."),
        explanation=_("Người duyệt nhận thư. Trong lúc chờ, ông/bà vẫn lấy lại được để sửa tiếp."),
        form=typed.NoteForm,
    ),
    Decision(
        name="take_back",
        address="lay-lai",
        title=_("Lấy lại để sửa tiếp"),
        button=_("Lấy lại bài này"),
        told=_("Bài đã trở lại bước soạn."),
        act=actions.take_back,
        is_one_of_them=rules.is_writer,
        is_possible=rules.can_take_back,
        not_possible=_("Bài này hiện không chờ duyệt."),
        explanation=_("Bài không còn chờ duyệt nữa. Sửa xong thì trình duyệt lại."),
    ),
    Decision(
        name="approve",
        address="duyet",
        title=_("Duyệt bài"),
        button=_("Duyệt bài này"),
        told=_("Bài đã được duyệt. Việc còn lại là xuất bản hoặc hẹn giờ đăng."),
        act=actions.approve_article,
        is_one_of_them=rules.is_publisher,
        is_possible=rules.can_approve,
        not_possible=_(
            "Bài này hiện không chờ duyệt, hoặc có chữ do ông/bà viết nên người khác duyệt."
        ),
        explanation=_(
            "Người viết được báo qua thư. Sau khi duyệt, chữ của bài không sửa được nữa."
        ),
        form=typed.ApproveForm,
    ),
    Decision(
        name="send_back",
        address="tra-lai",
        title=_("Trả lại để sửa"),
        button=_("Trả lại bài này"),
        told=_("Đã trả lại. Người viết được báo qua thư."),
        act=actions.send_back,
        is_one_of_them=rules.is_publisher,
        is_possible=rules.can_send_back,
        not_possible=_("Bài này hiện không có gì để trả lại."),
        explanation=_("Bài trở lại bước soạn; giờ hẹn đăng, nếu có, không còn nữa."),
        form=typed.SendBackForm,
    ),
    Decision(
        name="publish",
        address="xuat-ban",
        title=_("Xuất bản bài"),
        button=_("Xuất bản bài này"),
        told=_("Bài đã được xuất bản."),
        act=actions.publish_article,
        is_one_of_them=rules.is_publisher,
        is_possible=rules.can_publish,
        not_possible=NOTHING_TO_PUBLISH,
        explanation=_("Mọi người đọc được bài ngay sau khi xác nhận."),
        form=typed.ChangeNoteForm,
    ),
    Decision(
        name="schedule",
        address="hen-gio",
        title=_("Hẹn giờ đăng"),
        button=_("Hẹn giờ đăng bài này"),
        told=_("Đã hẹn giờ. Đến giờ bài tự đăng."),
        act=actions.schedule_article,
        is_one_of_them=rules.is_publisher,
        is_possible=rules.can_publish,
        not_possible=NOTHING_TO_PUBLISH,
        explanation=_("Đến giờ ấy bài tự đăng. Trước đó, trả lại bài thì bỏ hẹn."),
        form=typed.ScheduleForm,
    ),
    Decision(
        name="discard",
        address="bo-ban-dang-sua",
        title=_("Bỏ bản đang sửa"),
        button=_("Bỏ bản đang sửa"),
        told=_("Đã bỏ bản đang sửa. Chữ của bản ấy vẫn còn trong các phiên bản."),
        act=actions.discard_changes,
        is_one_of_them=rules.is_writer,
        is_possible=rules.can_discard,
        not_possible=_("Bài này hiện không có bản đang sửa nào bỏ được."),
        explanation=_("Bài trở lại đúng như người đọc đang thấy. Bản bỏ đi vẫn lấy lại được."),
    ),
    Decision(
        name="confirm",
        address="da-xem-lai",
        title=_("Đã xem lại, vẫn đúng"),
        button=_("Xác nhận nội dung vẫn đúng"),
        told=_("Đã ghi ngày xem lại lần sau."),
        act=actions.confirm_review,
        is_one_of_them=rules.is_writer,
        is_possible=rules.can_confirm,
        not_possible=_("Bài này hiện không được đăng."),
        form=typed.ConfirmForm,
    ),
    Decision(
        name="remark",
        address="nhan-xet",
        title=_("Nhận xét"),
        button=_("Gửi nhận xét"),
        told=_("Đã lưu nhận xét cạnh bài."),
        act=actions.remark,
        is_one_of_them=rules.is_writer,
        is_possible=rules.can_remark,
        not_possible="",
        form=typed.RemarkForm,
    ),
    Decision(
        name="withdraw",
        address="rut-bai",
        title=_("Rút bài"),
        button=_("Rút bài này"),
        told=_("Bài đã được rút."),
        act=actions.withdraw_article,
        is_one_of_them=rules.is_publisher,
        is_possible=rules.can_withdraw,
        not_possible=_("Bài này hiện không được đăng nên không có gì để rút."),
        explanation=_(
            "Bài rời khỏi danh sách, tìm kiếm và RSS; địa chỉ của bài cho người đọc biết lý do."
        ),
        form=typed.WithdrawForm,
    ),
)

# The checklist is shown where somebody says that a text is ready; it holds back what shows the text to readers.
CHECKED = frozenset({"review", "approve", "publish", "schedule"})
SHOWING = (actions.publish_article, actions.schedule_article)


def possible(user: Person, article: Article) -> list[Decision]:
    """Return what this person may decide about the article as it stands."""
    return [each for each in DECISIONS if each.is_possible(user, article)]


def urls(model_admin: ModelAdmin) -> list[URLPattern]:
    """Return the addresses of all decisions, below an article's own."""
    view = model_admin.admin_site.admin_view
    return [
        path(f"<int:pk>/{each.address}/", view(_page(model_admin, each)), name=each.url_name)
        for each in DECISIONS
    ]


def _page(model_admin: ModelAdmin, decision: Decision) -> Callable[..., HttpResponse]:
    return require_http_methods(["GET", "HEAD", "POST"])(partial(_decide, model_admin, decision))


def _decide(
    model_admin: ModelAdmin, decision: Decision, request: HttpRequest, pk: int
) -> HttpResponse:
    """GET: ask. POST: do it, or say why not."""
    rows = Article.objects.select_related("category", "working__category")
    article = get_object_or_404(rows, pk=pk)
    if not decision.is_one_of_them(request.user):
        raise PermissionDenied
    form = _form(decision, article, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and (form is None or form.is_valid()):
        cleaned: dict[str, Any] = form.cleaned_data if form else {}
        refusal = _refusal(decision, article, by=person_of(request), cleaned=cleaned)
        if refusal is None or form is None or not form.fields:
            told, level = refusal or decision.told, messages.ERROR if refusal else messages.SUCCESS
            model_admin.message_user(request, str(told), level)
            return HttpResponseRedirect(reverse("admin:guidance_article_change", args=[pk]))
        # What was typed stays, beside the article as it has become.
        form.add_error(None, str(refusal))
        article, status = get_object_or_404(rows, pk=pk), 409
    found = findings(article) if decision.name in CHECKED else None
    is_blocked = decision.act in SHOWING and any(each.is_blocking for each in found or [])
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": decision.title,
        "article": article,
        "text": article.text(),
        "decision": decision,
        "is_possible": decision.is_possible(request.user, article),
        "form": form,
        "findings": found,
        "is_blocked": is_blocked,
    }
    return TemplateResponse(request, "admin/guidance/article/decide.html", context, status=status)


def _refusal(
    decision: Decision, article: Article, *, by: User, cleaned: dict[str, Any]
) -> DomainError | None:
    try:
        decision.act(article, by=by, **cleaned)
    except DomainError as error:
        return error
    return None


def _form(decision: Decision, article: Article, data: Any) -> forms.Form | None:
    if decision.form is None:
        return None
    # What was said before is shown, to be changed: an hour with its note, a successor.
    before = {
        "at": article.publish_at,
        "change_note": article.pending_note,
        "successor": article.successor,
    }
    form = decision.form(data, initial=before)
    if "change_note" in form.fields and article.state != Article.State.PUBLISHED:
        del form.fields["change_note"]  # nobody has read an earlier text
    return form
