"""The admin of the ground floor: people, the ledger of mails, the history. Its buttons call the actions."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from . import outbox
from .accounts import actions, rules
from .accounts.forms import OwnDetailsForm, PersonForm
from .errors import DomainError, NotAllowed
from .ledger_admin import ReadOnlyAdmin
from .models import EmptySearch, HistoryEntry, Organisation, OutgoingMail, User
from .organisation_admin import OrganisationAdmin
from .registry import registry
from .search.admin import EmptySearchAdmin


def _do_each(
    request: HttpRequest, objects: QuerySet[Any], verb: Callable[[Any], None], done: str
) -> None:
    """Do the verb to each object; say how many it worked for, and why not for the others."""
    count = 0
    for each in objects:
        try:
            verb(each)
            count += 1
        except DomainError as error:
            messages.error(request, str(error))
    if count:
        messages.success(request, done % {"count": count})


# --- people -------------------------------------------------------------------------------------
@admin.register(User)
class PersonAdmin(admin.ModelAdmin):
    """Staff and officers: invited by mail, switched off when they leave, never deleted."""

    form = PersonForm
    change_form_template = "admin/hanoi_portal/user/change_form.html"
    list_display = ["full_name", "username", "email", "roles", "state", "last_login"]
    list_filter = ["is_active", "groups"]
    search_fields = ["full_name", "username", "email"]
    ordering = ["full_name", "username"]
    actions = ["invite_again", "switch_off"]
    fields = ["full_name", "username", "email", "roles"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With their roles, in one query."""
        return super().get_queryset(request).prefetch_related("groups")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People stay in the history of what they did."""
        return False

    @admin.display(description=_("vai trò"))
    def roles(self, person: User) -> str:
        """The person's roles, in words."""
        return ", ".join(sorted(group.name for group in person.groups.all())) or "–"

    @admin.display(description=_("tài khoản"))
    def state(self, person: User) -> Any:
        """Whether the account is in use."""
        if not person.is_active:
            return _("đã tắt")
        return _("đang dùng") if person.has_usable_password() else _("chờ đặt mật khẩu")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Nobody chooses their own roles."""
        if obj is not None and obj == request.user:
            kwargs["form"] = OwnDetailsForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The roles are left out on one's own page."""
        return [name for name in self.fields or [] if name != "roles" or obj != request.user]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Roles are shown and not chosen where the person may not be changed."""
        can_change = obj is None or self.has_change_permission(request, obj)
        return [] if can_change else ["roles"]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Invite, or put right what is kept about a person."""
        by = _signed_in(request)
        if not change:
            person = actions.invite_person(
                username=obj.username,
                full_name=obj.full_name,
                email=obj.email,
                roles=form.cleaned_data["roles"],
                by=by,
            )
            obj.__dict__.update(person.__dict__)
            messages.success(
                request,
                _("Lời mời đã được gửi tới %(email)s.") % {"email": person.email},
            )
            return
        actions.correct_person(obj, changed=form.changed_data, by=by)
        if "roles" in form.cleaned_data and "roles" in form.changed_data:
            actions.change_roles(obj, roles=form.cleaned_data["roles"], by=by)

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: the buttons of the person's page."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/moi-lai/", view(self.invite_again_view), name="person-invite-again"),
            path("<int:pk>/tat/", view(self.switch_off_view), name="person-switch-off"),
            path("<int:pk>/bat/", view(self.switch_on_view), name="person-switch-on"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Tell the template which buttons are for this person."""
        person = kwargs.get("obj")
        by = _signed_in(request)
        context["can_invite_again"] = (
            person is not None
            and person.is_active
            and not person.has_usable_password()
            and rules.can_invite(by)
        )
        context["can_switch"] = person is not None and rules.can_switch_off(by, person)
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(require_POST)
    def invite_again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the invitation once more."""
        return self._press(request, pk, actions.invite_again, _("Đã gửi lại lời mời."))

    @method_decorator(require_POST)
    def switch_off_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Switch the account off."""
        return self._press(request, pk, actions.switch_off, _("Đã tắt tài khoản."))

    @method_decorator(require_POST)
    def switch_on_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Switch the account on."""
        return self._press(request, pk, actions.switch_on, _("Đã bật tài khoản."))

    @admin.action(description=_("Gửi lại lời mời"), permissions=["add"])
    def invite_again(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Send the invitation once more to each."""
        by = _signed_in(request)
        done = str(_("Đã gửi lại %(count)s lời mời."))
        _do_each(request, people, lambda person: actions.invite_again(person, by=by), done)

    @admin.action(description=_("Tắt tài khoản"), permissions=["change"])
    def switch_off(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Switch each account off."""
        by = _signed_in(request)
        done = str(_("Đã tắt %(count)s tài khoản."))
        _do_each(request, people, lambda person: actions.switch_off(person, by=by), done)

    def _press(self, request: HttpRequest, pk: int, verb: Any, done: Any) -> HttpResponse:
        person = get_object_or_404(User, pk=pk)
        try:
            verb(person, by=_signed_in(request))
            messages.success(request, done)
        except NotAllowed:
            raise
        except DomainError as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:hanoi_portal_user_change", args=[pk]))


# --- mails --------------------------------------------------------------------------------------
class KindFilter(admin.SimpleListFilter):
    """What kind of mail, in words."""

    title = _("loại thư")
    parameter_name = "loai"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The kinds that apps send."""
        return sorted(registry.mail_words.items(), key=lambda pair: str(pair[1]))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep one kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    """The ledger of mails: what went out, what waits, what failed and in whose words."""

    list_display = ["created_at", "to", "what", "state", "tries", "sent_at", "last_response"]
    list_filter = ["state", KindFilter, "created_at"]
    fields = [
        "to", "what", "state", "created_at", "due_at", "sent_at", "tries", "resends",
        "last_response", "message_id", "text",
    ]  # fmt: skip
    search_fields = ["to_text", "subject", "kind", "last_response"]
    date_hierarchy = "created_at"
    actions = ["send_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingMail]:
        """With the recipients as text, to be searched."""
        rows: QuerySet[OutgoingMail] = super().get_queryset(request)
        return rows.annotate(to_text=Cast("recipients", TextField()))

    @admin.display(description=_("người nhận"))
    def to(self, mail: OutgoingMail) -> str:
        """The recipients."""
        return ", ".join(mail.recipients) or "–"

    @admin.display(description=_("thư"), ordering="kind")
    def what(self, mail: OutgoingMail) -> str:
        """The subject, or what kind of mail the worker will write."""
        return mail.subject or str(registry.mail_words.get(mail.kind, mail.kind))

    @admin.display(description=_("mã thư (Message-ID)"))
    def message_id(self, mail: OutgoingMail) -> str:
        """What mail servers' own ledgers call it."""
        return mail.message_id

    def has_resend_permission(self, request: HttpRequest) -> bool:
        """Whether the user may send mails again."""
        return _signed_in(request).has_perm("hanoi_portal.resend_outgoingmail")

    @admin.action(description=_("Gửi lại thư chưa gửi được"), permissions=["resend"])
    def send_again(self, request: HttpRequest, mails: QuerySet[OutgoingMail]) -> None:
        """Send each failed or unknown mail once more."""
        by = _signed_in(request)
        done = str(_("Đã đưa %(count)s thư vào hàng chờ gửi."))
        _do_each(request, mails, lambda mail: outbox.send_again(mail, by=by), done)


# --- history ------------------------------------------------------------------------------------
def _kind_of(label: str) -> str:
    """What people call the objects of a model ("campaigns.Plan"), also of one that is no more."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except LookupError:
        return label


class SubjectFilter(admin.SimpleListFilter):
    """What it was done to, in words."""

    title = _("đối tượng")
    parameter_name = "doi-tuong"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The kinds of objects that have a history."""
        labels = HistoryEntry.objects.order_by().values_list("subject_type", flat=True).distinct()
        return sorted(((label, _kind_of(label)) for label in labels), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep one kind of object."""
        return queryset.filter(subject_type=self.value()) if self.value() else queryset


@admin.register(HistoryEntry)
class HistoryAdmin(ReadOnlyAdmin):
    """Who did what, when, from what state to what."""

    list_display = ["at", "actor_name", "verb_word", "subject_word", "states", "via"]
    list_filter = ["at", "via", SubjectFilter]
    search_fields = ["actor_name", "subject_name", "note"]
    date_hierarchy = "at"
    fields = ["at", "actor_name", "via", "verb_word", "subject_word", "states", "note"]

    @admin.display(description=_("việc"), ordering="verb")
    def verb_word(self, entry: HistoryEntry) -> str:
        """The verb in the words of the app that did it."""
        return str(registry.history_words.get(entry.verb, entry.verb))

    @admin.display(description=_("đối tượng"), ordering="subject_name")
    def subject_word(self, entry: HistoryEntry) -> str:
        """What it was done to."""
        return f"{_kind_of(entry.subject_type)}: {entry.subject_name}"

    @admin.display(description=_("trạng thái"))
    def states(self, entry: HistoryEntry) -> str:
        """From what state to what."""
        words = registry.history_words
        states = [str(words.get(state, state)) for state in (entry.from_state, entry.to_state)]
        return " → ".join(state for state in states if state)


admin.site.register(EmptySearch, EmptySearchAdmin)
admin.site.register(Organisation, OrganisationAdmin)


def _signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the admin's own door has seen to it
    return request.user
