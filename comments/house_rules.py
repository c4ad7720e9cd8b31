"""The house rules that a new portal starts with, and `add_house_rules`, which writes them.

They follow the four principles of the code of conduct on social networks (Quyết định 874/QĐ-BTTTT, 17/6/2021)
in our own words, and add one for this place. Written after every `migrate`, so that they exist wherever the
table does; what staff have changed is left alone. A number is for ever: a rule that no
longer holds is switched off, not replaced.
"""

from typing import Any

from django.apps import apps as installed_apps
from django.db import DEFAULT_DB_ALIAS

HOUSE_RULES: tuple[tuple[int, str, str], ...] = (
    (
        1,
        "Tôn trọng người khác và tuân thủ pháp luật",
        "Được phép không đồng ý, kể cả phê bình gay gắt, nhưng nói về việc chứ không hạ thấp người. Không đăng bình "
        "luận xúc phạm, bịa đặt về người khác, đe dọa, hoặc có nội dung pháp luật cấm.",
    ),
    (
        2,
        "Lành mạnh",
        "Dùng lời lẽ phù hợp với nơi công cộng, nơi trẻ em cũng đọc. Không đăng lời tục tĩu, khiêu dâm, cổ vũ bạo lực, "
        "hoặc kỳ thị người khác vì quê quán, dân tộc, giới tính, tôn giáo, tuổi tác hay sức khỏe.",
    ),
    (
        3,
        "Giữ an toàn và bảo mật thông tin",
        "Không đưa lên số điện thoại, địa chỉ nhà, số giấy tờ, tài khoản, hình ảnh riêng tư của mình hoặc của người "
        "khác. Không đăng liên kết lừa đảo, phần mềm độc hại hoặc lời mời cung cấp mật khẩu, mã OTP.",
    ),
    (
        4,
        "Có trách nhiệm với điều mình viết",
        "Nêu điều mình biết; điều chưa chắc thì nói rõ là chưa chắc, điều dẫn lại thì nói dẫn từ đâu. Không đăng tin "
        "giả, tin chưa kiểm chứng như thể đã chắc chắn, không mạo danh người hoặc tổ chức khác.",
    ),
    (
        5,
        "Đúng chuyện của bài",
        "Bình luận về nội dung bài viết. Không quảng cáo, không gửi đi gửi lại cùng một nội dung. Việc cần cơ quan nhà "
        "nước giải quyết, như đơn khiếu nại, tố cáo, xin gửi đến đúng nơi tiếp nhận để được trả lời theo luật.",
    ),
)


# The sentence with which a decline by the rule begins; whoever declines makes it fit the comment.
SENTENCES = {
    1: "Bình luận có lời hạ thấp hoặc xúc phạm người khác.",
    2: "Bình luận có lời lẽ chưa phù hợp với nơi công cộng.",
    3: "Bình luận có thông tin riêng tư hoặc liên kết không an toàn.",
    4: "Bình luận nêu điều chưa rõ nguồn như thể đã chắc chắn.",
    5: "Bình luận chưa nói về nội dung bài viết, hoặc lặp lại điều đã gửi.",
}


def add_house_rules(*, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Write the rules whose number is not there yet: a `post_migrate` receiver of this app."""
    try:
        house_rule = kwargs.get("apps", installed_apps).get_model("comments", "HouseRule")
    except LookupError:  # migrated back to before there were rules
        return
    rules = house_rule._default_manager.using(using)
    present = set(rules.values_list("number", flat=True))
    rules.bulk_create(
        house_rule(number=number, title=title, text=text, sentence=SENTENCES[number])
        for number, title, text in HOUSE_RULES
        if number not in present
    )
