"""Comments in the admin: the list, one comment with its context and the decisions.

The buttons call `comments.actions`; nothing here decides anything by itself.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from hanoi_portal.errors import DomainError, StaleState

from .. import actions, rules
from ..export import export_csv
from ..forms import DeclineForm, OfficialAnswerForm
from ..hints import hints_for, personal_data
from ..models import Comment, OfficialAnswer
from ..places import address_of
from ..words import history_of
from .importing import CommentFiles
from .queue import just_decided, show_queue
from .seen import answer_mark, require_answer_seen, require_seen


class StateFilter(admin.SimpleListFilter):
    """By state; what waits is shown when nothing is chosen."""

    title = _("trạng thái")
    parameter_name = "state"
    EVERYTHING = "all"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        """Return the choices."""
        return [*Comment.State.choices, (self.EVERYTHING, _("Tất cả"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        """Return the comments of the chosen state."""
        state = self.value() or Comment.State.WAITING
        return queryset if state == self.EVERYTHING else queryset.filter(state=state)

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Return the choices as links; there is no "all" besides ours."""
        chosen = self.value() or Comment.State.WAITING
        for value, name in self.lookup_choices:
            yield {
                "selected": value == chosen,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": name,
            }


@admin.register(Comment)
class CommentAdmin(CommentFiles, admin.ModelAdmin):
    """The moderators' queue. A comment is never edited or deleted here: it is published or it is not."""

    list_display = ["title", "name", "sent_at", "state", "article"]
    list_filter = [StateFilter, "created_at", "rule"]
    list_select_related = ["article"]
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["title", "name", "content", "article__title"]
    search_help_text = _("Tìm trong tiêu đề, họ tên, nội dung và tên bài")
    ordering = ["created_at", "pk"]
    actions = ["publish_selected", "export_selected"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        """Leave the phones in the database."""
        return super().get_queryset(request).defer("phone", "mail")

    def get_urls(self) -> list[URLPattern]:
        """Add the queue to the model's addresses."""
        queue = path(
            "hang-cho/", self.admin_site.admin_view(self.queue_view), name="comments_comment_queue"
        )
        return [queue, *self.file_urls(), *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def queue_view(self, request: HttpRequest) -> HttpResponse:
        """Show the moderators' queue."""
        if not rules.can_moderate(request.user):
            raise PermissionDenied
        return show_queue(request, {**self.admin_site.each_context(request), "opts": self.opts})

    @admin.display(description=_("gửi lúc"), ordering="created_at")
    def sent_at(self, comment: Comment) -> str:
        """Return when the comment came, as Vietnamese write it."""
        return timezone.localtime(comment.created_at).strftime("%H:%M %d/%m/%Y")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Comments come from readers only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        """Nobody changes a reader's words."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        """What is not fit to be read is declined, with a reason."""
        return False

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Tell whether the user may use the actions of the list."""
        return rules.can_moderate(request.user)

    @admin.action(description=_("Đăng các bình luận đã chọn"), permissions=["moderate"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Publish those of the chosen comments that wait."""
        pks = list(queryset.values_list("pk", flat=True))
        try:
            count = actions.publish_comments(pks, by=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        told = ngettext("Đã đăng %(n)d bình luận.", "Đã đăng %(n)d bình luận.", count)
        self.message_user(request, told % {"n": count}, messages.SUCCESS)
        if left := len(pks) - count:
            told = ngettext(
                "%(n)d bình luận không còn chờ duyệt nên được giữ nguyên.",
                "%(n)d bình luận không còn chờ duyệt nên được giữ nguyên.",
                left,
            )
            self.message_user(request, told % {"n": left}, messages.WARNING)

    @admin.action(description=_("Xuất các bình luận đã chọn (CSV)"), permissions=["moderate"])
    def export_selected(self, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse:
        """Send the chosen comments as CSV, without phones and addresses."""
        rows = queryset.select_related("article", "rule")
        response = HttpResponse(export_csv(rows), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="binh-luan.csv"'
        return response

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one comment with its context, and take the decision."""
        comment = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, comment):
            raise PermissionDenied
        if comment is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if comment.parent_id is not None:
            comment.parent = Comment.objects.without_phone().get(pk=comment.parent_id)
        decision = request.POST.get("decision") if request.method == "POST" else None
        if decision is None:
            return self._review_page(request, comment, DeclineForm())
        return self._decide(request, comment, decision)

    def _decide(self, request: HttpRequest, comment: Comment, decision: str) -> HttpResponse:
        form = DeclineForm(request.POST if decision == "decline" else None)
        answer_form = OfficialAnswerForm(request.POST) if decision == "answer" else None
        try:
            if "seen" in request.POST:
                require_seen(comment, request.POST["seen"])
            if decision == "publish":
                actions.publish_comment(comment, by=request.user)  # type: ignore[arg-type]
                self.message_user(request, gettext("Đã đăng bình luận."), messages.SUCCESS)
            elif decision == "decline" and form.is_valid():
                actions.decline_comment(comment, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
                told = gettext("Bình luận không được đăng; người gửi đọc được lý do.")
                self.message_user(request, told, messages.SUCCESS)
            elif decision == "redact":
                passages = [*request.POST.getlist("passage"), request.POST.get("other", "")]
                actions.redact_comment(comment, by=request.user, passages=passages)  # type: ignore[arg-type]
                told = gettext("Đã ẩn; trang nói rõ là có đoạn được ẩn.")
                self.message_user(request, told, messages.SUCCESS)
                return HttpResponseRedirect(request.path)
            elif answer_form is not None:
                if not answer_form.is_valid():
                    return self._review_page(request, comment, form, answer_form=answer_form)
                if "answer_seen" in request.POST:
                    require_answer_seen(_answer_to(comment), request.POST["answer_seen"])
                actions.answer_officially(comment, by=request.user, **answer_form.cleaned_data)  # type: ignore[arg-type]
                told = gettext("Đã đăng câu trả lời dưới bình luận.")
                self.message_user(request, told, messages.SUCCESS)
                return HttpResponseRedirect(request.path)
            elif decision == "phone":
                phone = actions.reveal_phone(comment, by=request.user)  # type: ignore[arg-type]
                return self._review_page(request, comment, form, phone=phone)
            else:
                return self._review_page(request, comment, form)
        except DomainError as error:
            fresh = (
                Comment.objects.without_phone()
                .select_related("article", "parent")
                .defer("parent__phone", "parent__mail")
                .get(pk=comment.pk)
            )
            return self._review_page(request, fresh, form, answer_form=answer_form, refusal=error)
        following = Comment.objects.waiting().first()
        if following is None:
            return HttpResponseRedirect(reverse("admin:comments_comment_changelist"))
        return HttpResponseRedirect(reverse("admin:comments_comment_change", args=[following.pk]))

    @sensitive_variables("phone")
    def _review_page(
        self,
        request: HttpRequest,
        comment: Comment,
        form: DeclineForm,
        phone: str = "",
        answer_form: OfficialAnswerForm | None = None,
        refusal: DomainError | None = None,
    ) -> HttpResponse:
        """Show the page; what was typed and refused stays, and is kept nowhere else: it may quote personal data."""
        user = request.user
        is_published = comment.state == Comment.State.PUBLISHED
        answer = _answer_to(comment)
        context = {
            **self.admin_site.each_context(request),
            "title": str(comment),
            "opts": self.opts,
            "comment": comment,
            "form": form,
            "phone": phone,
            "has_phone": Comment.objects.filter(pk=comment.pk, phone__isnull=False).exists(),
            "can_publish": rules.can_publish(user, comment),
            "can_decline": rules.can_decline(user, comment),
            "can_view_phone": rules.can_view_phone(user, comment),
            "answer": answer,
            "answer_seen": answer_mark(answer),
            "answer_form": answer_form or _answer_form(answer),
            "can_answer": rules.can_answer_officially(user, comment),
            "hints": hints_for([comment])[comment.pk],
            "passages": personal_data(f"{comment.title}\n{comment.content}"),
            "can_redact": rules.can_moderate(user) and comment.erased_at is None,
            "address": address_of(comment) if is_published else "",
            "waiting_count": Comment.objects.waiting().count(),
            **just_decided(user),
            "others": Comment.objects.published().filter(article=comment.article_id)[:3],
            "history": history_of(comment),
            "refusal": refusal,
            "picked": request.POST.getlist("passage") if refusal else [],
            "other": request.POST.get("other", "") if refusal else "",
        }
        status = 409 if isinstance(refusal, StaleState) else 200
        return TemplateResponse(request, "comments/admin_review.html", context, status=status)


def _answer_to(comment: Comment) -> OfficialAnswer | None:
    return OfficialAnswer.objects.filter(comment=comment).first()


def _answer_form(answer: OfficialAnswer | None) -> OfficialAnswerForm:
    """Return the form for the Sở's answer, filled with the one that stands there."""
    if answer is None:
        return OfficialAnswerForm()
    return OfficialAnswerForm(initial={"text": answer.text, "signed_as": answer.signed_as})
