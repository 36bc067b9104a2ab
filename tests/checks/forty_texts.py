"""Summaries as an AI writes them and an editor pastes them: invented studies, our own words.

Twenty-six have one thing left in them that no person would send; forty only look like it.
"""

from __future__ import annotations

from typing import NamedTuple


class Draft(NamedTuple):
    """One text: its file's name, where such things come from, the front matter and the sections."""

    name: str
    kind: str
    studied_in: str
    headline: str
    found: str
    why: str
    cautions: str
    must: str = ""  # what `check` has to find in it, without the words around it

    @property
    def markdown(self) -> str:
        """The file as an editor saves it."""
        return (
            f"---\npublished: 2026-11-20\nstudied_in: {self.studied_in}\n---\n# {self.headline}\n\n"
            f"## What was found\n{self.found}\n\n## Why it matters\n{self.why}\n\n"
            f"## Cautions\n{self.cautions}\n"
        )


LEFT = (
    # chats
    Draft(
        "search-marks",
        "chat",
        "64 people with MS",
        "A short nap at noon went with clearer thinking in the afternoon.",
        "Sixty-four people kept a diary for six weeks.citeturn0search3 On days with a nap they "
        "solved simple puzzles a little faster. On days without one they slowed down after "
        "lunch.",
        "Slow thinking is a symptom that others do not see. A nap is cheap and can be planned.",
        "Nobody was told by lot when to nap. People may have napped on days that were easy anyway.",
        "held: a chatbot's citation mark is left",
    ),
    Draft(
        "as-an-ai",
        "chat",
        "210 people with MS",
        "Grey letters on a chart showed weak sight that black letters had missed.",
        "Two charts were read by 210 people. One in four read the pale letters worse than the "
        "black ones. As an AI language model, I cannot examine the charts themselves.",
        "Weak sight that is known can be helped with light and larger type.",
        "One clinic took part. Each chart was read only once by each person.",
        "held: what a chatbot says of itself is left",
    ),
    Draft(
        "here-is-a-summary",
        "chat",
        "38 people with MS",
        "Breathing exercises were easy to keep up for ten weeks.",
        "Here is a plain-language summary of the study:\n\nThirty-eight people practised slow "
        "breathing twice a day. Thirty-one of them still did so after ten weeks.",
        "What is easy to keep up has a chance to help in the long run.",
        "The study asked who went on, and not whether anybody felt better. It had no other group.",
        "held: what a chatbot says of itself is left",
    ),
    Draft(
        "bold-words",
        "chat",
        "120 people with MS",
        "Reminders by telephone went with fewer forgotten tablets.",
        "A nurse called 60 of 120 people once a month. **Key finding:** they forgot three "
        "tablets a month, and the others forgot five.",
        "Forgotten tablets are common. A call takes four minutes.",
        "People counted their tablets themselves. The calls ended after half a year.",
        "typed-markup: markup is shown as it was typed",
    ),
    Draft(
        "emoji-headings",
        "chat",
        "18 people with MS",
        "Music with a strong beat went with longer steps in a small study.",
        "🎯 The aim\nTo see whether a beat changes how people walk.\n\n🔍 The result\nEighteen "
        "people took slightly longer steps with drums in their ears.",
        "Longer steps make walking less tiring for some people.",
        "All of it happened in one afternoon. Nobody knows how long the change lasts.",
        "copied-along: copied along: a note's property or sign",
    ),
    Draft(
        "let-me-know",
        "chat",
        "45 people with MS",
        "Cooling the forearms helped people on a treadmill for some minutes.",
        "Forty-five people walked in a warm room. With cooled forearms they went on for six "
        "minutes more than without.",
        "Heat makes many symptoms worse for a while. Forearms are easy to cool at home.",
        "It was tried on two days only. Let me know if you'd like a shorter version of this "
        "section.",
        "held: what a chatbot says of itself is left",
    ),
    Draft(
        "numbers-of-references",
        "chat",
        "900 people in a register",
        "People who moved house often saw more than one MS clinic in a year.",
        "The register followed 900 people for five years.[1][3] Those who moved twice or more "
        "had seen three clinics on average.[2]",
        "Each new clinic needs the old records, and they often come late.",
        "The register does not say why people moved. Some records were missing.",
        "copied-along: copied along: a number of a reference",
    ),
    # Word
    Draft(
        "damaged-quotes",
        "Word",
        "52 people with MS",
        "A course on sleep was liked, and sleep itself changed little.",
        "Fifty-two people took a course on the web. They called it â€œclear and kindâ€\x9d, and "
        "slept ten minutes longer than before.",
        "Courses are easy to offer to people who live far from a clinic.",
        "There was no other group. Ten minutes may be chance.",
        "held: text in a wrong encoding is left",
    ),
    Draft(
        "lost-reference",
        "Word",
        "75 people with MS",
        "Two ways to measure tiredness gave different answers.",
        "Seventy-five people filled in both forms. The scores agreed in half of them, as Error! "
        "Reference source not found. shows.",
        "A study's result can depend on the form that it used.",
        "The forms were filled in once, and in the morning. Tiredness changes within a day.",
        "held: an error of a program is left",
    ),
    Draft(
        "comment-balloon",
        "Word",
        "16 people with MS",
        "A vibrating insole went with steadier standing in a laboratory.",
        "Sixteen people stood on one leg with and without the insole. With it they swayed a "
        "fifth less. Commented [JK2]: is it a fifth or a quarter?",
        "Falls are frequent and frightening. An insole fits into most shoes.",
        "Standing in a laboratory is not walking at home. The maker of the insole paid for the "
        "study.",
        "held: a comment for editors is left",
    ),
    Draft(
        "symbol-bullets",
        "Word",
        "31 people with MS",
        "Gardening in raised beds was possible for most who tried it.",
        "Thirty-one people gardened once a week:\n\uf0b7 26 came to the end\n\uf0b7 5 stopped "
        "early.",
        "Being outdoors and among others is what many of them missed.",
        "The group was small and liked gardening before. Nothing was compared.",
        "held: a private-use character is left",
    ),
    # PDF
    Draft(
        "hyphens-of-lines",
        "PDF",
        "140 people with MS",
        "Standing up slowly went with fewer dizzy spells.",
        "Nurses showed 140 people how to stand up in three steps. After a month they "
        "re-\nported half as many dizzy spells as at the begin-\nning.",
        "Dizzy spells lead to falls. Three steps are easy to learn.",
        "There was no other group. Spells were counted from memory.",
        "copied-along: copied along: a hyphen from a line's end",
    ),
    Draft(
        "ligatures",
        "PDF",
        "mice",
        "In mice, a protein helped young cells to wrap nerve \ufb01bres again.",
        "The team added the protein to the drinking water. After four weeks more \ufb01bres "
        "were wrapped, and the e\ufb00ect was strongest in young mice.",
        "Wrapping nerves again is what no treatment does yet.",
        "Mice are not people. The illness was made in the laboratory, and it was not MS.",
        "copied-along: copied along: a ligature",
    ),
    Draft(
        "page-footer",
        "PDF",
        "86 people with MS",
        "Bladder training on the telephone worked as well as at the clinic.",
        "Half of 86 people trained by telephone, half at the clinic. Both groups got up once a "
        "night instead of three times. Page 4 of 11 They were content with either.",
        "Many people cannot travel to a clinic each week.",
        "People chose the group they wanted. After half a year nobody was asked again.",
        "copied-along: copied along: a page's header or footer",
    ),
    Draft(
        "line-numbers",
        "PDF",
        "24 people with MS",
        "Chewing gum did not help people to concentrate.",
        "101 Twenty-four people chewed gum or did not,\n102 and then looked for letters in a "
        "text.\n103 They found as many with gum as without.",
        "It spares people a tip that does not help.",
        "The task took five minutes. Longer tasks were not tried.",
        "copied-along: copied along: line numbers",
    ),
    # PubMed
    Draft(
        "pubmed-number",
        "PubMed",
        "330 people with MS",
        "People with a dog walked further each day than those without.",
        "A counter on the belt was worn by 330 people. Those with a dog took 900 steps more "
        "each day. PMID: 99000123 [PubMed]",
        "Every step counts for those who sit a lot.",
        "People who walk well may be more likely to have a dog. It was summer.",
        "copied-along: copied along: a line of a database",
    ),
    Draft(
        "copyright-line",
        "PubMed",
        "58 people with MS",
        "A larger handle made it easier to cut food.",
        "Fifty-eight people cut bread with two knives. With the larger handle it took them half "
        "the time. Copyright © 2026 The Example Society of Knives.",
        "Eating without help means a lot to people.",
        "Bread is soft. Nobody was asked to cut anything else.",
        "copied-along: copied along: a line of a database",
    ),
    Draft(
        "abstract-headings",
        "PubMed",
        "400 people with MS",
        "Half of the people asked had never spoken about pain with their doctor.",
        "ABSTRACT BACKGROUND: Pain is common in MS. A form was sent to 400 people, and 290 sent "
        "it back. Half of them had pain that they had told nobody of.",
        "Pain that nobody knows of cannot be treated.",
        "Those who had pain may have answered more often. The form had only four questions.",
        "copied-along: copied along: a line of a database",
    ),
    Draft(
        "conflict-of-interest",
        "PubMed",
        "72 people with MS",
        "A light on the desk went with fewer headaches at work.",
        "Seventy-two people worked with a warm light for a month and with a cold one for "
        "another. They had one headache a week with either, and milder ones with the warm "
        "light. Conflict of interest statement: the authors declare none.",
        "Work that does not hurt can be kept up for longer.",
        "Everybody could see which light it was. It was a mild winter.",
        "copied-along: copied along: a line of a database",
    ),
    # Notion
    Draft(
        "callout",
        "Notion",
        "27 people with MS",
        "Short talks with a physiotherapist went with more exercise at home.",
        "💡 Twenty-seven people spoke with a physiotherapist for ten minutes a week.\n\nThey "
        "exercised on four days of a week, and on two before.",
        "Exercise is often given up when nobody asks.",
        "People told how often they exercised, and nobody measured it. Two stopped early.",
        "copied-along: copied along: a note's property or sign",
    ),
    Draft(
        "fenced-block",
        "Notion",
        "blood of 34 people",
        "A substance in blood rose before relapses in some people.",
        "::: info\nBlood was taken each month from 34 people. In nine of them the substance "
        "rose two weeks before a relapse.\n:::",
        "Knowing earlier could help to treat earlier.",
        "In the other 25 people it did not rise, or there was no relapse. Nine are few.",
        "typed-markup: markup is shown as it was typed",
    ),
    Draft(
        "toggle",
        "Notion",
        "61 people with MS",
        "Writing down three good things a day did not change mood.",
        "▸ What they did\nSixty-one people wrote each evening for two months. Their mood was "
        "the same at the end as at the beginning.",
        "It is good to know what does not help, too.",
        "Most of them were in a good mood when it began. Others might have gained more.",
        "copied-along: copied along: a note's property or sign",
    ),
    Draft(
        "properties",
        "Notion",
        "93 people with MS",
        "Lifts out of order kept people from coming to the clinic.",
        "Status: In review\nLast edited by: Kim\nNinety-three people named what had kept them "
        "at home. A lift out of order was named most often.",
        "A lift is easier to repair than a nerve.",
        "All of them went to one clinic. Those who never came could not be asked.",
        "copied-along: copied along: a note's property or sign",
    ),
    # merges, and half a copy
    Draft(
        "conflict",
        "merge",
        "110 people with MS",
        "Swimming once a week went with less stiffness.",
        "<<<<<<< ours\nStiffness fell by a tenth.\n=======\nStiffness fell by a fifth.\n>>>>>>> "
        "theirs",
        "Stiff legs make all that one does harder.",
        "The water was warm, and that may have been the reason. The pool was open for one season.",
        "held: a conflict marker is left",
    ),
    Draft(
        "half-a-conflict",
        "merge",
        "44 people with MS",
        "A walking aid with a seat was used more than one without.",
        "Forty-four people had one of each for a month. They took the one with a seat on three "
        "days of four.\n=======\nThey took the one with a seat on four days of five.",
        "An aid that stays in the corner helps nobody.",
        "The aid with a seat was new, and the other was their own. A month is short.",
        "held: a conflict marker is left",
    ),
    Draft(
        "cut-off",
        "half a sentence",
        "150 people with MS",
        "Telling the employer went with staying in work, and for some with losing it.",
        "Of 150 people, 90 had told their employer. Two in three of them got what they had "
        "asked for, and one in ten lost the job within a year.",
        "The choice is hard, and there are few numbers to make it with.",
        "The study looked back, and people remember what they wish. It cannot say what would "
        "have happened to those who did not",
        "held: half a sentence is left",
    ),
)

FINE = (
    Draft(
        "p-values",
        "numbers",
        "36 people with MS",
        "Two kinds of balance training did equally well (p<0.05 against none).",
        "Each group was small (n = 12). Both trained groups swayed less than the third, with "
        "p<0.05 and n>20 for the two together; 5 * 3 minutes a day were enough.",
        "People can choose the training they like.",
        "Groups of twelve are small. The test was made the day after the last training.",
    ),
    Draft(
        "kinase",
        "abbreviations",
        "blood cells of 20 people",
        "An enzyme in blood cells was more active in people with early MS.",
        "The enzyme thymidine kinase, or TK, was measured in 20 people. In 12 of them it was "
        "twice as active as expected.",
        "It shows that the cells divide more often.",
        "The enzyme is active in many illnesses. Twenty people are few.",
    ),
    Draft(
        "names",
        "names",
        "68 children of parents with MS",
        "Dr. O'Brien's Sure-Start trial helped families to talk about MS.",
        "The Sure-Start trial met 68 families at home. D'Souza, O’Brien and colleagues found "
        "that children asked more questions after it, and worried less.",
        "Children notice more than their parents think.",
        "The families wanted to talk, or they would not have come. The trial had no other group.",
    ),
    Draft(
        "greek-letters",
        "signs",
        "mice",
        "IFN‑γ and TNF‑α fell, and CD4⁺ cells calmed down, in mice without one protein.",
        "Mice without the protein had 3 × 10⁶ cells instead of 5 × 10⁶ ± 0.4 × 10⁶. The β‑chain "
        "was the same; the signals IFN‑γ and TNF‑α fell to 12 µg/l.",
        "It shows which signal to look at next.",
        "Mice are not people. The protein was missing from birth, which no drug can do.",
    ),
    Draft(
        "as-an-aid",
        "words of chatbots",
        "25 people with MS",
        "As an aid to memory, a photo diary did better than a list.",
        "Here is what happened: 25 people used photos as an aid, and remembered seven of ten "
        "things. With a list they remembered five. An AI model sorted the photos, and "
        "artificial intelligence was not used otherwise.",
        "Certainly, everybody forgets things. Of course, those with MS may forget more.",
        "Photos take time. Sure signs of a lasting change were not looked for.",
    ),
    Draft(
        "brackets",
        "brackets",
        "1,200 people in a register",
        "Smoking went with twice as many new lesions [95% CI 1.2 to 3.4].",
        "In a register of 1,200 people the odds were 2.0 [95% CI 1.2 to 3.4]. The median number "
        "of lesions was 4 [2–7], against 2 [1–4].",
        "It is one more reason to stop, and help is at hand.",
        "People who smoke differ in other ways. The register does not hold all of them [see the "
        "table in the paper].",
    ),
    Draft(
        "a-question",
        "headlines",
        "80 people with MS",
        "Does it matter at what time of day one exercises?",
        "Eighty people exercised in the morning or in the evening, by lot. They were equally "
        "tired after it. “It's up to you!” says the team.",
        "So the best time is the one that fits.",
        "Hot countries may be different. Was the evening cool? The study does not say.",
    ),
    Draft(
        "a-list",
        "lists",
        "14 people with MS",
        "A robot arm helped people to drink from a cup.",
        "Fourteen people tried the arm at home for a week. Eleven of them drank without "
        "spilling:\n- with a straw: 11\n- without one: 6",
        "Drinking alone is what many of them wished for most.",
        "- Only 14 people\n- No other group\n- The arm costs as much as a car",
    ),
    Draft(
        "numbers-like-dois",
        "numbers",
        "310 people with MS",
        "Version 10.2/3 of a tiredness scale was as good as the longer one.",
        "Both versions, 9.10/12 and 10.2/3, were filled in by 310 people (trial NCT01234567, "
        "see https://trials.example.org/NCT01234567). The scores were nearly the same.",
        "A shorter form is less tiring, which is the point of it.",
        "The form was tried in one language only. In 2024; in two towns.",
    ),
    Draft(
        "a-patient-s-words",
        "quotations",
        "19 people with MS",
        "People with MS said what a good doctor's talk needs.",
        "Nineteen people were asked. “I want to be told the truth … and then have time,” one "
        "said. Another: “Don’t look at the screen.”",
        "Talk is part of the treatment, and costs little.",
        "Nineteen people cannot speak for all. One of them put it so: “Ask the next one, too.”",
    ),
    Draft(
        "against-placebo",
        "abbreviations",
        "500 people with MS",
        "A tablet against stiffness helped some, and made others drowsy (vs. placebo).",
        "By lot, 500 people took the tablet or a sugar pill, e.g. at night. Stiffness fell in "
        "45% (vs. 38% with placebo).",
        "The difference is small, but stiffness is hard to treat (cf. earlier trials, Smith et "
        "al.).",
        "It lasted 12 weeks. Drowsiness was frequent (1 in 5 vs. 1 in 20 with placebo).",
    ),
    Draft(
        "other-alphabets",
        "names",
        "240 people in three countries",
        "In São Paulo, München and Łódź, MS clinics waited for the same thing: time.",
        "Clinics in São Paulo, München and Łódź wrote down how long each visit took. The "
        "Ångström group and Mme Lefèvre’s team counted 19 minutes — naïve hopes had been 30.",
        "Twenty minutes are short for an illness that lasts a life.",
        "Three clinics are few; Ελλάδα and Україна are still counting.",
    ),
    Draft(
        "ages-and-alleles",
        "signs",
        "700 children and adults",
        "Relapses in children <16 years and adults >60 years were rarer with HLA-DRB1*15:01.",
        "The gene variants HLA-DRB1*15:01 and HLA-DQB1*06:02 were read in 700 people. R&D costs "
        "were $5 to $10 a sample (<$20).",
        "Age may count for more than genes here.",
        "People of African or Asian descent were few. The register a_b of the study is not public.",
    ),
    Draft(
        "hyphens",
        "signs",
        "132 people with MS",
        "Two- and three-year results of a double-blind trial were alike.",
        "In the pre- and post-tests of 132 people the short- or long-term scores did not "
        "differ: 12–18 points before, 13–18 after 10/12 months. Step #1 was rest; step #2 was "
        "walking.",
        "A result that holds for years can be planned with.",
        "Only one in two came to the third-year visit. The well-known reasons: moving, work, "
        "tiredness.",
    ),
    Draft(
        "scores",
        "numbers",
        "88 people with MS",
        "People with an EDSS of 3.5–6.0 walked 6 m further after training.",
        "The EDSS score was 4.5 (3.5–6.0) at the start. After training, 88 people walked 6 m "
        "further in 2 min (p = 0.03; n = 88).",
        "Six metres are the way to the next bench.",
        "The difference was small: 6 m of 140 m. Scores of 6.5 and more were not looked at.",
    ),
    Draft(
        "doses",
        "numbers",
        "56 people with MS",
        "Twice 500 mg a day did no more than once 500 mg.",
        "In one group people took 2 × 500 mg/d, in the other 1 × 500 mg/d, both for 12 "
        "weeks. Pain fell by 1.1 and 1.0 of 10 points, i.e. by the same.",
        "A smaller dose has fewer unwanted effects.",
        "Doses above 1,000 mg/d were not tried. Three people stopped because of nausea, "
        "dizziness, etc.",
    ),
    Draft(
        "gene-names",
        "names",
        "blood of 41 people",
        "mRNA of the gene IL2RA was lower in blood cells of people with MS.",
        "In 41 people, mRNA of IL2RA (CD25) and of IL7R was measured by qPCR. IL2RA fell by "
        "20%; IL7R did not change.",
        "Both genes were found before to make MS a little more likely.",
        "mRNA is not protein. rs2104286, the best known variant, was not read.",
    ),
    Draft(
        "statistics",
        "signs",
        "1,020 people in a register",
        "Age explained a tenth of how fast people walked (R² = 0.10).",
        "The register held walking times of 1,020 people. Age explained 10% of the "
        "differences (R² = 0.10; β = −0.3), and weight 2%. A χ² test found no difference "
        "between towns.",
        "Nine tenths are still to be explained.",
        "R² says nothing about causes. Walking was timed over ~25 feet only.",
    ),
    Draft(
        "a-chatbot-tested",
        "words of chatbots",
        "60 questions about MS",
        "A chatbot answered six of ten questions about MS as specialists did.",
        "Two specialists read 60 answers of a chatbot. Thirty-six agreed with the guideline; "
        "in nine it named sources that do not exist. To the question about pregnancy it "
        "said: “Please ask your doctor.”",
        "Many people ask a machine first.",
        "The chatbot has changed since then. The questions were in English only.",
    ),
    Draft(
        "asked-in-quotation",
        "quotations",
        "22 carers",
        "Carers wished to be asked how they are.",
        "Twenty-two carers were interviewed. “[She] asks how he is, never how I am,” said "
        "one. Another added: “I’d say ‘fine’ anyway … but ask.”",
        "A question costs nothing.",
        "All of them lived with the person whom they cared for. Carers who are children were "
        "not asked.",
    ),
    Draft(
        "numbered-list",
        "lists",
        "33 people with MS",
        "Three habits helped people to save their strength.",
        "Thirty-three people tried three habits:\n"
        "1. rest before you are tired\n"
        "2. sit down to cook\n"
        "3. do one thing at a time\n"
        "Twenty-four still kept them after a year.",
        "All three are free.",
        "1. There was no other group.\n"
        "2. People chose to take part.\n"
        "3. Only one clinic was asked.",
    ),
    Draft(
        "bullets",
        "lists",
        "47 people with MS",
        "What people with MS want from an app.",
        "Forty-seven people named what an app should do:\n"
        "• remind them of tablets\n"
        "• keep a diary\n"
        "• work without the internet",
        "Most apps do one of the three.",
        "• Only people with a telephone were asked\n• The list was read out to them",
    ),
    Draft(
        "dutch-names",
        "names",
        "Two clinics in the Netherlands",
        "De Vries's cooling vest was worn more often than van den Berg's.",
        "The vests were made by Anne de Vries and Jan van den Berg. In two clinics, "
        "’s-Hertogenbosch and Groningen, 30 people wore one each. De Vries's weighs 900 g, "
        "van den Berg's 1.6 kg.",
        "A vest helps only while it is worn.",
        "Both makers were in the room. It was a cool June.",
    ),
    Draft(
        "phases",
        "abbreviations",
        "612 people with MS",
        "In a phase III trial, a monthly injection lowered the number of relapses.",
        "By lot, 612 people with RRMS got the injection or a tablet for 96 weeks (phase III; "
        "NCT-registered). They had 0.10 vs. 0.22 relapses a year.",
        "One relapse less in about eight years is what that means.",
        "People with PPMS or SPMS were left out. St. John's wort and other remedies were not "
        "allowed.",
    ),
    Draft(
        "times-of-day",
        "numbers",
        "71 people with MS",
        "Fatigue was worst between 14:00 and 16:00.",
        "A telephone rang at 8:00, 11:00, 14:00, 16:00 and 20:00 for 2 weeks. Of 71 people, "
        "50 were most tired at 14:00–16:00. Nobody was tired 24/7.",
        "Who knows the hour can plan around it.",
        "It was asked on weekdays. Shift workers (and/or students) were few.",
    ),
    Draft(
        "copyright-matters",
        "words of databases",
        "19 questionnaires",
        "Copyright kept good questionnaires from being translated.",
        "The team searched PubMed and two other databases for questionnaires on pain. Of 19 "
        "they found, copyright had kept seven from being translated, and eleven were free.",
        "Without a translation, people who speak another language are left out of studies.",
        "Only references in English and French were read. Results may differ for other symptoms.",
    ),
    Draft(
        "result-words",
        "words of databases",
        "96 people with MS",
        "Results of two methods to count lesions differed by a third.",
        "Methods matter: background noise in the pictures hid lesions in 30 of 96 people. "
        "Conclusions drawn from one scanner did not hold for another. The objective number "
        "is not known.",
        "A new lesion may only be a better picture.",
        "Both methods were made by the same team. No one counted by hand.",
    ),
    Draft(
        "greater-less",
        "signs",
        "205 people with MS",
        "Vitamin D > 75 nmol/l went with fewer colds, and not with fewer relapses.",
        "People with > 75 nmol/l had 1 cold a winter, and those with < 50 nmol/l had 2. "
        "Relapses were the same (0.3 vs 0.3; p > 0.9).",
        "Colds can bring on relapses, so that was hoped for.",
        "Levels between 50 and 75 nmol/l (51 ≤ x ≤ 74) were left out. It was one winter, 2024/25.",
    ),
    Draft(
        "stars",
        "signs",
        "310 people with MS",
        "People with HLA-B*27 had no other course of MS than those without.",
        "HLA-B*27 was found in 24 of 310 people, HLA-A*02:01 in 140. Neither went with more "
        "relapses. An A* in school chemistry did not, either, the authors joke.",
        "Genes that matter for one illness may not matter for another.",
        "Twenty-four are few. *15 variants were not read.",
    ),
    Draft(
        "money",
        "signs",
        "5,400 people in a register",
        "MS cost families $5,000–$10,000 a year beside what insurers paid.",
        "Families of 5,400 people paid $7,200 a year on average: $3,100 for help at home, "
        "$2,000 for travel and $2,100 for the rest. In euros it was €6,600.",
        "Money is a reason to stop a treatment.",
        "Prices were those of 2023. Lost wages (about $12 an hour) were not counted.",
    ),
    Draft(
        "hash-tags",
        "words of the web",
        "2,000 posts",
        "Posts with #MSawareness were read most in May.",
        "Two thousand posts with #MSawareness or @names of clinics were counted. Half of "
        "them were written in May, when World MS Day is; a face like 🙂 stood in one of three.",
        "Who wants to be heard may choose the month.",
        "Posts are not people. Private ones were not seen.",
    ),
    Draft(
        "web-addresses",
        "words of the web",
        "350 people with MS",
        "One in three found the leaflet at www.example.org and read it to the end.",
        "The leaflet was at www.example.org/leaflet (12 pages, A4) for a year. Of 350 people "
        "who were told of it, 120 read all of it; questions came to info@example.org.",
        "Leaflets are cheap, and most are never read.",
        "Reading was told, not seen. The address was long: "
        "https://www.example.org/en/a_leaflet-2025.html.",
    ),
    Draft(
        "properties-as-words",
        "words of notes",
        "140 people with MS",
        "Owners of a dog and people in work had the status they wished for most: to be needed.",
        "People were asked what makes them feel needed. Status at work was named by 60 of "
        "140, the owner's duty to a dog by 41. Priority had what nobody else can do.",
        "Feeling needed keeps people well.",
        "Tags of the answers were given by one person. The due date of the form was in August.",
    ),
    Draft(
        "pages-of-a-form",
        "words of pages",
        "52 people with MS",
        "The longer the form, the more answers were missing on its last page.",
        "On page 1, 52 people answered all; on page 9, 31 did. Table 2 of the study shows "
        "it, Figure 1 draws it.",
        "Long forms hide what comes last: often sex, sleep and bladder.",
        "The order of the pages was always the same. Volume and type of the print were not "
        "changed.",
    ),
    Draft(
        "dates",
        "numbers",
        "A study from 3/2023 to 11/2025",
        "A flu vaccine in autumn did not bring on relapses.",
        "From 1 October to 31 December 2024, 900 people were vaccinated. In the 6 weeks "
        "after it 11 had a relapse, in the 6 weeks before it 12. (COVID-19 vaccines were "
        "given in 2021; they are not part of it.)",
        "It answers what many people ask before a vaccination.",
        "Other vaccines may differ. The winter of 2024–25 was mild.",
    ),
    Draft(
        "headline-no-stop",
        "headlines",
        "63 people with MS",
        "Less pain, not more strength: what yoga did in a trial of 63 people",
        "By lot, 63 people did yoga or waited. After 10 weeks pain had fallen by 1.5 of 10 "
        "points (wait: 0.2), and strength was as before.",
        "Less pain is worth much, even so.",
        "They knew what they did. Who waits may hope less: that alone can change pain.",
    ),
    Draft(
        "semi-colons",
        "signs",
        "18 mice and 12 people",
        "First mice, then people: the same cells sat around the vessels.",
        "In 18 mice and in 12 people who had died with MS, T cells sat around the vessels of "
        "the brain; B cells did not; other cells – microglia – were everywhere.",
        "It is rare that mice and people agree.",
        "Brains after death show the end, not the way there; and mice do not get MS.",
    ),
    Draft(
        "units",
        "signs",
        "29 people with MS",
        "A room at 18 °C made walking easier than one at 26 °C.",
        "Twenty-nine people walked 100 m at 18 °C and at 26 °C. At 18 °C they needed 92 s, "
        "at 26 °C 101 s (±8 s). Body temperature rose by ½ °C or less; µ-sensors measured it.",
        "A fan or an open window may do.",
        "Humidity was 40 % on both days. 1 in 4 had no trouble with heat.",
    ),
    Draft(
        "spanish",
        "names",
        "77 people in Spain and Mexico",
        "“¿Cómo estás?”: a short question found as much sadness as a long form.",
        "In Málaga and Mérida, 77 people were asked “¿Cómo estás?” and filled in a form of "
        "21 questions. The question found 18 of the 20 people whom the form found; El Niño's "
        "floods came in between.",
        "One question fits into every visit.",
        "Dr. Núñez asked all of them. Another voice may hear other answers.",
    ),
    Draft(
        "as-model",
        "words of chatbots",
        "900 scans",
        "As a model learned from scans, it found new lesions nearly as well as two doctors.",
        "A model of artificial intelligence was given 900 scans. It found 82% of new "
        "lesions; two doctors found 85%. In summary, the doctors were better, and slower. I "
        "hope it helps, wrote one of them in the margin.",
        "Scans wait for weeks in many clinics.",
        "The scans came from three machines of one maker. Note: the model was trained at the "
        "same clinics.",
    ),
)
