"""Makes english.json: 500 sentences and how the Python package says them, American and British.

    pip install hibari-tts==0.2.1 onnxruntime==1.30.0
    python make_english.py

The sentences are drawn with a fixed seed from patterns that cover what goes wrong: numbers, dates,
times, money, units, phone numbers, names, new words, homographs, abbreviations, addresses, marks.
"""

import json
import random
from pathlib import Path

from hibari import Hibari
from hibari.g2p import G2P

HERE = Path(__file__).parent

FIXED = """
Hello there, welcome to the studio. What would you like to make today?
The meeting was moved from Tuesday, March 3rd to Friday, October 12th, 2026.
Please call me back at 7:30 pm; my number is 555-0142.
The invoice comes to $1,249.99, and it is due within 30 days.
Dr. Elizabeth Bennett met Mr. Thomas Cromwell in Edinburgh last Saturday.
He has read the report, but I will read it tomorrow afternoon.
They live near the theatre where the live show was recorded.
I used to record every record that I used.
The wind began to wind around the old tower.
She will lead the team that found lead in the water.
Close the door; you are standing too close to it.
We must present the present at the present time.
The bandage was wound around the wound.
I object to that object being used as a contract, since metals contract.
Does the buck see the does near the trees?
A tear ran down when she saw the tear in her dress.
The farm was used to produce produce.
Please use the excuse that nobody can excuse such use.
He refused to take the refuse out on the minute detail of a minute.
The dove dove into the bushes.
I did not object to the object which he showed me in the desert; he will desert us.
Perfect practice will perfect your estimate, so estimate again.
U.S. officials met at NATO headquarters; the FBI and NASA declined to comment.
Visit www.example.com or write to jane.doe@example.org today.
It's 5 o'clock somewhere, isn't it? Y'all can't've forgotten!
The state-of-the-art MacBook runs iOS apps via a B2B API.
"Stop!" she cried. "You can't go in there." (Nobody listened.)
Pi is about 3.14159, and e is roughly 2.71828.
The temperature fell to -12 °C overnight, or 10.4°F.
World War II ended in 1945; Henry VIII reigned until 1547.
See Chapter IV, pp. 10-20, Fig. 3 and vol. 2.
We need 3/4 cup of sugar, 1/2 tsp. of salt & 2 eggs.
He's 6 ft tall, weighs 180 lbs, and runs 10 km in 45 min.
The 1990s were better than the '80s, weren't they?
On 9/11/2001 and 2024-02-29 the sky was clear.
I paid £5.50, €20 and ¥1,000 for the 3rd edition.
Prices rose 12.5% in Q3, i.e. from $2.4 million to $2.7M.
Meet me on the 4th of July at 12:00, or on the 15 of August at 9:05 a.m.
Zyxorian blorfs grimbled the quuxified snarkle.
My favourite [tomato](/təmˈɑtO/) is a [kumquat](/kˈʌmkwɑt/).
An hour ago, a European unicorn ate an apple and a one-off MBA.
To err is human; to forgive, divine. To Anna it was to us.
The cat's toys, the cats' toys, James's book and Moses' law.
Wait... what? No—never! Well: maybe; perhaps, yes…
C++ and C# are not F-sharp; 5+3=8 and 7 > 4 < 9.
Wow!!! That's soooo cool :) <3 #blessed @home
Read the README.md at https://github.com/foo/bar_baz today.
Café, naïve, jalapeño, Zürich, São Paulo and Kraków.
AT&T, R&D and Q&A were on the agenda at 11 a.m.
No. 5 and Nos. 6 are #1 on our list: §12, ¶3, 5×4±1.
""".strip().split("\n")

FIRST = "Anna Benjamin Charlotte Dmitri Eleanor Fatima Giovanni Harriet Ignatius Jacqueline Kareem Lucille Mohammed Nikolai Ophelia Priya Quentin Rosalind Siobhan Thaddeus Ursula Vivienne Wolfgang Xavier Yolanda Zachary".split()
LAST = "Abernathy Bhattacharya Cholmondeley Dostoevsky Eisenhower Fitzgerald Gutierrez Hawthorne Ibrahimovic Jankowski Kowalczyk Leibowitz McAllister Nakamura O'Sullivan Papadopoulos Quesada Rasmussen Szymanski Thompson Underwood Villanueva Winterbourne Yamamoto Zimmerman".split()
PLACES = "Albuquerque Birmingham Copenhagen Dubrovnik Edinburgh Fukuoka Gloucester Helsinki Istanbul Johannesburg Kathmandu Leicester Massachusetts Nairobi Oaxaca Philadelphia Reykjavik Tucson Worcester Yekaterinburg".split()
MONTHS = "January February March April May June July August September October November December".split()
SHORT = "Jan. Feb. Mar. Apr. Jun. Jul. Aug. Sept. Oct. Nov. Dec.".split()
UNITS = ["km", "kg", "mph", "GB", "MHz", "ml", "cm", "lbs", "kWh", "mi", "°C", "%", "ms", "fps"]
VERBS = "read recorded presented objected produced refused rejected conducted permitted insulted contested increased suspected transported imported progressed".split()
NOUNS = "record present object produce refuse reject conduct permit insult contest increase suspect transport import progress minute content project subject".split()
ODD = "blockchain cryptobro vlogger Kubernetes PyTorch Huawei Xiaomi ramen gnocchi hygge schadenfreude Daenerys Voldemort covfefe yeet zettabyte quokka axolotl Brexit selfie".split()


def number(dice):
    kinds = [
        lambda: str(dice.randint(0, 20)),
        lambda: str(dice.randint(21, 999)),
        lambda: f"{dice.randint(1000, 9_999_999):,}",
        lambda: str(dice.randint(10_000, 999_999_999)),
        lambda: f"{dice.uniform(0, 1000):.{dice.randint(1, 3)}f}",
        lambda: f"-{dice.randint(1, 99)}",
    ]
    return dice.choice(kinds)()


def patterns(dice):
    pick = dice.choice
    name = f"{pick(FIRST)} {pick(LAST)}"
    day, year = dice.randint(1, 28), dice.randint(1066, 2099)
    hour, minute = dice.randint(1, 12), dice.randint(0, 59)
    ordinal = f"{day}{'th' if 10 < day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"
    return [
        f"{name} was born in {pick(PLACES)} on {pick(MONTHS)} {ordinal}, {year}.",
        f"{pick(['Mr.', 'Mrs.', 'Dr.', 'Prof.', 'Sgt.', 'Ms.'])} {name} arrives at {hour}:{minute:02} {pick(['am', 'pm', 'a.m.', 'PM'])}.",
        f"The {pick(NOUNS)} cost ${dice.uniform(0, 5000):,.2f}, not £{dice.randint(1, 900)} or €{dice.randint(1, 99)}.{dice.randint(10, 99)}.",
        f"We counted {number(dice)} of them in {year}, and {number(dice)} a year later.",
        f"It measured {number(dice)} {pick(UNITS)}, about {number(dice)}{pick(UNITS)} more than {pick(PLACES)}.",
        f"She {pick(VERBS)} the {pick(NOUNS)} and will {pick(NOUNS)} another {pick(NOUNS)} in {pick(SHORT)} {day}.",
        f"Call {dice.randint(200, 999)}-{dice.randint(200, 999)}-{dice.randint(1000, 9999)} or room {dice.randint(1, 999)} before {hour}:{minute:02}.",
        f"On {dice.randint(1, 12)}/{day}/{year} and {year}-{dice.randint(1, 12):02}-{day:02}, {name} {pick(VERBS)} it.",
        f"“{pick(ODD).capitalize()} is the new {pick(ODD)},” said {name}'s {pick(['sister', 'boss', 'neighbour'])}.",
        f"I have {pick(VERBS)} {dice.randint(2, 40)}/{dice.randint(2, 40)} of the {pick(ODD)} {pick(NOUNS)}s since the {dice.randint(1, 9)}0s.",
        f"Have you {pick(VERBS)} the {pick(NOUNS)} to {pick(PLACES)}, or do they {pick(NOUNS)} in the {pick(NOUNS)}?",
        f"Flight {pick(['BA', 'UA', 'LH', 'QF'])}{dice.randint(1, 9999)} to {pick(PLACES)} leaves gate {pick('ABCDE')}{dice.randint(1, 99)} at {dice.randint(0, 23)}:{minute:02}.",
        f"{pick(PLACES)}'s population grew {dice.uniform(0, 20):.1f}% to {dice.uniform(1, 40):.1f} million by {year}.",
        f"The {ordinal} {pick(NOUNS)} of {pick(MONTHS)} {year} was {pick(['in', 'by', 'near'])} {dice.randint(1, 200)} {pick(LAST)} {pick(['St.', 'Ave.', 'Rd.', 'Blvd.'])}",
    ]


def sentences():
    dice = random.Random(20261123)
    texts = list(FIXED)
    while len(texts) < 500:
        text = dice.choice(patterns(dice))
        if text not in texts:
            texts.append(text)
    return texts


if __name__ == "__main__":
    american, british = Hibari(g2p=G2P()), Hibari(g2p=G2P(british=True))
    rows = [{"text": text, "us": american.phonemize(text), "gb": british.phonemize(text)} for text in sentences()]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (HERE / "english.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    print(len(rows))
