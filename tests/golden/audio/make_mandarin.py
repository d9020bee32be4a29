"""Makes mandarin.json: sentences, and how misaki says them in the phonemes that Kokoro was taught.

    pip install --require-hashes --requirement ../../../models/recipes/requirements-mandarin.txt
    python make_mandarin.py

The reference is put together of misaki's own parts: the words and the tones that its newer frontend
makes of a text (jieba, pypinyin with its large dictionary, PaddleSpeech's tone sandhi and erhua),
written as its older one writes them, which is what Kokoro 1.0 was taught. Numbers are cn2an's.
"""

import json
import re
from pathlib import Path

import cn2an
import jieba.posseg
from misaki.zh import ZHG2P
from misaki.zh_frontend import ZHFrontend
from pypinyin import Style, lazy_pinyin

HERE = Path(__file__).parent
HAN = re.compile("[\u4e00-\u9fff]+|[^\u4e00-\u9fff]+")

# Beside the sentences of the bench: tones that change, characters of several readings, light
# syllables, erhua, numbers.
MORE = """
你好，很高兴认识你。
我想买一把雨伞和两本小说。
老李给我打了五个电话。
请给我一点儿水，我有点儿渴。
展览馆里有很多古老的珠宝。
他总是想法很多，办法很少。
我也很想你，可是我走不开。
雨水从屋顶往下滴。
小组里有五位老手和九个新手。
这种水果很好，也很便宜。
我不去，他也不来。
不是我不想去，是我不能去。
这本书看不懂，那本书看得懂。
要不要一起去吃饭？
天气不好不坏，不冷也不热。
一天一夜，一年一度，一心一意。
第一名是一位一年级的学生。
请你看一看，想一想，再说一说。
我们一共有一百一十一个人。
他一直在一家银行工作。
银行的行长正在行走。
重庆的重要工厂在重新建设。
音乐让我快乐，乐队也很快乐。
他长得很高，头发也长长了。
这位校长有一头很长的头发。
还有时间，请把书还给图书馆。
都市里到处都是高楼。
我觉得睡觉最舒服。
他教我教数学的方法。
他背着背包，累得背都疼了。
大夫说大家都要多运动。
角色扮演的主角站在角落里。
会计开会的时候会计算成本。
朝阳区的早晨充满朝气。
他差点儿出差，差不多差了两天。
降落伞慢慢下降，敌人投降了。
好奇的孩子爱好很广泛。
种子要种在土里才会发芽。
空中有空位，有空的时候来坐坐。
中奖的人正好打中了中心。
几乎没有人知道茶几上有几本书。
为什么要为人民服务？
兴奋的人们对音乐很有兴趣。
宿舍里住着二十八位同学。
便宜的东西不一定方便。
假期里请假的人很多。
倒霉的他把水倒了，自己也摔倒了。
量一量重量，数一数数量。
他应该答应，也应当回答。
把风筝放上去，线别松开。
妈妈、爸爸、爷爷和奶奶都来了。
孩子们的帽子、鞋子和裤子都湿了。
朋友的眼睛很漂亮，耳朵也很大。
石头上面有什么东西？
你的意思我明白，麻烦你了。
我们喜欢这个地方的太阳和月亮。
告诉先生，客人已经进来了。
他站起来，走出去，又跑回来。
知道了，谢谢，不客气。
窗户外面的葡萄和萝卜长得很好。
小孩儿在胡同儿里玩儿。
这朵花儿真香，鸟儿在唱歌。
女儿今年三岁，儿子五岁。
一会儿我们去公园，顺便聊聊天儿。
媳妇儿做的面条儿很好吃。
二零二四年三月五日是星期二。
这件衣服三百二十元。
全长一千零五十公里。
他今年三十五岁，住在八楼。
百分之二十的人喜欢喝茶。
气温从十二度升到了二十五度。
电影七点半开始，票价四十元。
今天是2024年10月1日。
我买了3本书和12支笔。
价格是99元。
他跑了100米，用了15秒。
《红楼梦》是一部伟大的小说。
“你在做什么？”他问道。
快看！那边有一只猫；它在树上。
春天，夏天，秋天，冬天：一年四季。
""".strip().split("\n")


class Reference:
    def __init__(self):
        self.frontend = ZHFrontend()

    def __call__(self, text: str) -> str:
        text = ZHG2P.map_punctuation(cn2an.transform(text, "an2cn"))
        parts = []
        for part in HAN.findall(text):
            is_chinese = "\u4e00" <= part[0] <= "\u9fff"
            parts.append(" ".join(self.words(part)) if is_chinese else part)
        return "".join(parts).replace(chr(815), "").strip()

    def words(self, text: str) -> list[str]:
        tagged = [(one.word, one.flag) for one in jieba.posseg.lcut(text)]
        merged = self.frontend.tone_modifier.pre_merge_for_modify(tagged)
        return [self.word(word, tag) for word, tag in merged]

    def word(self, word: str, tag: str) -> str:
        frontend = self.frontend
        initials, finals = frontend._get_initials_finals(word)
        finals = frontend.tone_modifier.modified_tone(word, tag, finals)
        tones = [final[-1] for final in finals]
        _, curled = frontend._merge_erhua(initials, list(finals), word, tag)
        syllables = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
        assert len(syllables) == len(tones) == len(word), word
        count = len(curled)
        said = [ZHG2P.py2ipa(self.toned(*pair)) for pair in zip(syllables[:count], tones)]
        return "".join(said) + ("ɚ" if count < len(syllables) else "")

    @staticmethod
    def toned(syllable: str, tone: str) -> str:
        return syllable.rstrip("12345") + tone


def sentences() -> list[str]:
    spoken = (HERE / "../../bench/sentences/mandarin.txt").read_text(encoding="utf-8").split("\n")
    return [text for text in spoken if text] + MORE


if __name__ == "__main__":
    reference = Reference()
    rows = [{"text": text, "phonemes": reference(text)} for text in sentences()]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (HERE / "mandarin.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    print(len(rows))
