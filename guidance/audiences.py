"""The audiences that the portal comes with. Staff may reword them and add others."""

from typing import Any

from django.apps import apps as installed_apps
from django.db import DEFAULT_DB_ALIAS

AUDIENCES = (
    ("hoc-sinh", "Học sinh", "Đọc, học, chơi và kết bạn trên mạng mà vẫn an toàn."),
    ("phu-huynh", "Phụ huynh", "Đồng hành cùng con trên mạng, không cấm đoán cũng không bỏ mặc."),
    ("nguoi-cao-tuoi", "Người cao tuổi", "Dùng mạng thong thả, không mắc lừa, gần con cháu hơn."),
    ("can-bo", "Cán bộ", "Phát ngôn, trả lời và tiếp nhận góp ý trên mạng đúng quy định."),
    (
        "doanh-nghiep",
        "Doanh nghiệp",
        "Kinh doanh, quảng bá, giữ dữ liệu khách hàng đúng pháp luật.",
    ),
    ("bao-chi", "Báo chí", "Nguồn tin, số liệu và định hướng tuyên truyền của Kế hoạch 722."),
)


def add_audiences(*, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Write the audiences whose address is not there yet: a `post_migrate` receiver of this app."""
    try:
        audience = kwargs.get("apps", installed_apps).get_model("guidance", "Audience")
    except LookupError:  # migrated back to before there were audiences
        return
    rows = audience._default_manager.using(using)
    slugs, names = (set(rows.values_list(field, flat=True)) for field in ("slug", "name"))
    rows.bulk_create(
        audience(slug=slug, name=name, summary=summary, position=10 * place)
        for place, (slug, name, summary) in enumerate(AUDIENCES, 1)
        if slug not in slugs and name not in names
    )
