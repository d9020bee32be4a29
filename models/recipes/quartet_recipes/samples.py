"""Passages written for the checks: English, Chinese and code, a few hundred tokens each."""

ENGLISH = """\
The harbour clock had stopped at a quarter past four, and nobody in the town could say in which year. \
Ships still came in under it, slower now than in the days of sail, and the pilots set their watches by the \
church instead. On the last Friday of October a grey trawler tied up at the northern quay with eleven boxes \
of mackerel, a broken winch and a passenger who had paid for his bunk in advance. He carried a leather case, \
asked for the post office, and was told that it had moved to the back of the chemist's shop.

In 2023 the regional council reported that visitor numbers had risen by 12 % over the previous year, to \
48,300, while spending per head fell from $64 to $57. The report gives two reasons: shorter stays, and the \
closing of the larger of the two hotels. It recommends that the ferry keep its winter timetable until March, \
that the museum open on Sundays, and that the old fish market be repaired before its roof is lost.

Photosynthesis turns the energy of light into chemical energy. In the first stage, water is split, oxygen \
is released, and energy is stored in two small molecules; in the second, that energy is spent to fix carbon \
dioxide into sugar. Plants that live in hot, dry places have found ways to keep the two stages apart in time \
or in space, so that they lose less water. What can we learn from them? First, that efficiency depends on \
conditions; second, that a good design for one climate may be a poor one for another.
"""

DIALOGUE = """\
"You told me the report would be finished on Monday," said Anna. "It is Wednesday."

"I know, and I am sorry. The figures from the second laboratory arrived late, and three of them were wrong. \
I had to call them twice. Would you rather have had it on time, or have it right?"

She thought about that for a moment. "Both," she said. "But if I can have only one, then right. Send me what \
you have tonight, mark the pages that you are not sure of, and we will go through them together tomorrow \
morning at nine. And please write a short summary for the director: five sentences, no abbreviations, and \
the most important result first. She reads everything on her telephone, on the train."

Ingredients for four people: 300 g of flour, two eggs, a pinch of salt, half a litre of milk and a little \
butter. Mix the flour and the salt, add the eggs one at a time, then pour in the milk slowly while you stir, \
so that no lumps form. Let the batter rest for thirty minutes. Heat the butter in a pan, pour in a thin layer \
of batter, and turn the pancake as soon as its edge comes loose. Serve with lemon and sugar, or with cheese.
"""

CHINESE = """\
清晨的菜市场总是最热闹的地方。卖豆腐的老人把木板架好，切成整齐的小块；旁边的年轻夫妻从卡车上搬下一筐筐青菜，\
叶子上还带着露水。买菜的人不着急，一边挑选，一边打听价钱，说着昨天的天气和今天的新闻。到了九点，人渐渐少了，\
地上只剩下几片菜叶和一只懒洋洋的猫。

随着计算机技术的发展，语言模型已经可以在普通的笔记本电脑上运行。研究人员把模型的参数压缩成更小的整数，使它占用的内存\
减少到原来的四分之一，而回答的质量几乎没有变化。不过，小模型也有明显的不足：它知道的事实有限，计算容易出错，\
有时还会编造并不存在的书名和人名。因此，使用者应当核对重要的内容，不要完全相信机器给出的答案。

北京位于华北平原的北部，是中华人民共和国的首都，也是全国的政治和文化中心。这座城市有三千多年的历史，\
故宫、天坛和颐和园每年吸引着许多游客。春天多风，夏天炎热多雨，秋天天高气爽，冬天寒冷干燥。\
如果只有两天时间，建议第一天参观故宫和景山，第二天去长城，并提前在网上预约门票。
"""

CODE = '''\
import csv
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Account:
    """A bank account that keeps its history."""

    owner: str
    balance: int = 0
    history: list[tuple[str, int]] = field(default_factory=list)

    def deposit(self, amount: int) -> None:
        if amount <= 0:
            raise ValueError("the amount must be positive")
        self.balance += amount
        self.history.append(("deposit", amount))

    def withdraw(self, amount: int) -> None:
        if amount > self.balance:
            raise ValueError("the balance is too low")
        self.balance -= amount
        self.history.append(("withdraw", amount))


def binary_search(items: list[int], target: int) -> int:
    """Return the index of target in the sorted list items, or -1."""
    low, high = 0, len(items) - 1
    while low <= high:
        middle = (low + high) // 2
        if items[middle] == target:
            return middle
        if items[middle] < target:
            low = middle + 1
        else:
            high = middle - 1
    return -1


def read_accounts(path: Path) -> dict[str, Account]:
    accounts = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            account = Account(row["owner"])
            account.deposit(int(row["balance"]))
            accounts[account.owner] = account
    return accounts


if __name__ == "__main__":
    accounts = read_accounts(Path("accounts.csv"))
    for owner, account in sorted(accounts.items()):
        print(f"{owner:20} {account.balance:10d}")
'''

PASSAGES = {"english": (ENGLISH, DIALOGUE), "chinese": (CHINESE,), "code": (CODE,)}
