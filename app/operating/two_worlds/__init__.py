"""The fixture that proves what a guest cannot know: the same story told twice.

World A holds everything: what the guests of E1 may see, what is internal there, and other escalations and customers.
World B holds only what those guests may see. Each act has its own clock and its own ids, derived from the seed and the
act's name, so that both worlds agree in all that they share. Whatever a guest of E1 receives must be the same in both.

Every text that not everybody may see holds a canary, CNRY-<kind>-<8 hex digits>.
"""
