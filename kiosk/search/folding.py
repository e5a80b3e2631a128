"""Folding: what people type, brought to one way of writing before anything is compared.

Rules: full-width letters and digits become plain ones, capitals small, traditional characters
simplified as far as they occur in this trade, spaces and punctuation vanish, ages in words become
digits (八十岁 → 80岁). Folding is the same at publishing and at the station, and folding twice
changes nothing.
"""

from __future__ import annotations

import re
import unicodedata

MAX_QUERY = 40  # folded characters of a query that count; longer speech repeats itself

# Pairs: the traditional character, then the simplified one.
_PAIRS = (
    "證证戶户補补領领錢钱辦办醫医養养殘残護护貼贴業业歲岁兒儿婦妇結结離离遷迁園园務务場场廠厂農农漁渔豬猪雞鸡鴨鸭魚鱼車车駕驾駛驶煙烟開开鋪铺檔档執执請请職职學学費费"
    "讀读書书樓楼蓋盖報报銷销買买賣卖險险繳缴納纳給给們们個个嗎吗邊边點点樣样問问題题無无沒没壞坏過过號号碼码電电話话單单門门診诊藥药廣广東东陽阳頭头縣县鎮镇鄉乡會会"
    "國国際际換换發发還还債债貸贷創创償偿傷伤軍军屬属優优撫抚獎奖勵励訴诉訟讼師师權权調调產产動动轉转讓让贈赠與与繼继圖图紙纸許许審审覈核認认臨临時时暫暂現现獨独喪丧"
    "遺遗歸归僑侨華华濟济貧贫難难災灾歷历變变註注續续約约總总經经營营銀银應应檢检驗验種种樹树採采運运輸输專专連连鎖锁試试聽听癱瘫啞哑聾聋視视見见罰罚規规劃划簽签徵征"
    "孫孙爺爷媽妈滿满麼么裡里裏里對对實实當当從从來来這这誰谁幾几兩两間间長长勞劳親亲關关係系聯联稅税價价體体習习紅红綠绿術术聲声燒烧熱热舊旧處处據据擔担數数條条機机"
    "氣气決决沖冲減减測测滅灭爭争狀状畢毕異异療疗監监盤盘禮礼稱称窮穷競竞筆笔節节範范築筑簡简糧粮級级細细終终組组絕绝統统網网線线練练縮缩織织羅罗腦脑臉脸藝艺蘇苏蟲虫"
    "衛卫裝装複复覺觉觀观計计訂订討讨訓训記记設设詢询該该語语誤误說说談谈論论講讲議议財财負负販贩貴贵資资賞赏賠赔質质賬账趕赶輔辅輕轻輪轮辭辞遲迟郵邮鄰邻醬酱釀酿鋸锯"
    "錄录錯错鍋锅鐵铁鑑鉴鑒鉴閉闭閱阅隊队階阶隨随雙双雜杂靈灵順顺預预額额顧顾風风飛飞飯饭飲饮餘余館馆騙骗齊齐齒齿齡龄龍龙儲储剛刚協协參参啟启嚴严圍围團团塊块壓压壯壮"
    "夠够寶宝寫写導导屍尸層层島岛幣币幫帮廚厨廟庙彈弹愛爱戰战掛挂擇择擊击擺摆敗败斷断於于曬晒極极構构標标殺杀燈灯後后併并齋斋墳坟棄弃贍赡攜携繫系諮咨僱雇傭佣廢废鴿鸽"
    "鵝鹅牽牵犧牺獸兽榖谷穀谷菸烟塚冢"
)
_TO_SIMPLE = str.maketrans(_PAIRS[::2], _PAIRS[1::2])
_NUMERAL = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_AGE = re.compile(r"([一二两三四五六七八九]?)十([一二三四五六七八九]?)(?=几?多?个?周?岁|几岁)")
_DROPPED = frozenset("PSZCM")  # Unicode: punctuation, symbols, separators, controls, marks


def fold(text: str) -> str:
    """One way of writing ``text``, for comparing; never for showing."""
    text = text.replace("ü", "v").replace("Ü", "v")
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).lower())
    kept = (char for char in plain if unicodedata.category(char)[0] not in _DROPPED)
    text = unicodedata.normalize("NFKC", "".join(kept)).translate(_TO_SIMPLE)
    return _AGE.sub(_digits, text) if "十" in text else text


def _digits(match: re.Match[str]) -> str:
    tens, ones = match.groups()
    return str(_NUMERAL.get(tens, 1) * 10 + _NUMERAL.get(ones, 0))


def is_hanzi(char: str) -> bool:
    """Whether ``char`` is a Chinese character (extensions included)."""
    return "\u3400" <= char <= "\u9fff" or char >= "\U00020000"


def is_letter(char: str) -> bool:
    """Whether ``char`` is a letter of the Latin alphabet, after folding."""
    return "a" <= char <= "z"
