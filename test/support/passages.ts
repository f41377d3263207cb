/** Short passages on unlike and on like things, each with a question that it answers in other words. */
export const passages = [
  [
    "How tall is the tower in Paris?",
    "The Eiffel Tower stands 330 metres high and was the world's tallest structure until 1930.",
  ],
  [
    "What makes bread rise?",
    "Yeast eats the sugars in dough and gives off carbon dioxide, whose bubbles lift the loaf before baking.",
  ],
  [
    "Why is the sky blue?",
    "Air scatters short wavelengths of sunlight more strongly than long ones, so we see the colour of the short ones overhead.",
  ],
  [
    "Who wrote the play about the Danish prince?",
    "Hamlet was composed by William Shakespeare around the year 1600.",
  ],
  [
    "When do bears sleep through the cold?",
    "Brown bears hibernate in dens from late autumn until spring, living on stored fat.",
  ],
  [
    "How can I get my money back for a purchase?",
    "Goods may be returned within thirty days; the amount is refunded to the card that was charged.",
  ],
  [
    "What should I do if I forget my password?",
    "Choose “Reset credentials” on the sign-in page; a link to set a new secret is mailed to you.",
  ],
  [
    "How do ships pass between different water levels?",
    "A lock is a chamber with gates at both ends: boats enter, the chamber is filled or emptied, and the far gate opens.",
  ],
  [
    "What causes tides?",
    "The Moon's gravity pulls on the oceans, raising them on the near and the far side of the Earth twice a day.",
  ],
  [
    "Which metal is liquid at room temperature?",
    "Mercury melts at minus 39 degrees Celsius, which is why old thermometers could use it.",
  ],
  [
    "How is the queue kept from growing without bound?",
    "Submissions beyond one hundred waiting jobs are refused with status 503 and told when to come again.",
  ],
  [
    "What happens when the model provider is down?",
    "After ten failures in a row the circuit breaker opens; calls fail fast for a minute, then one probe is let through.",
  ],
  [
    "How are vaccines tested?",
    "Clinical trials begin with a few healthy volunteers and end with thousands of participants given either the drug or a placebo.",
  ],
  [
    "Why do leaves change colour in autumn?",
    "As days shorten, chlorophyll breaks down and the yellow and orange pigments beneath become visible.",
  ],
  [
    "How long does light take from the sun?",
    "Sunlight needs eight minutes and twenty seconds to reach our planet.",
  ],
  [
    "What is the capital of Australia?",
    "Canberra was founded in 1913 as a compromise between Sydney and Melbourne to seat the federal government.",
  ],
  [
    "How do I train for a long race?",
    "Marathon runners raise their weekly distance slowly, with one long run and days of rest in between.",
  ],
  [
    "What instrument has 88 keys?",
    "A modern piano spans seven octaves and a third; hammers strike its strings when a key is pressed.",
  ],
  [
    "How is cheese made?",
    "Rennet curdles warm milk; the curd is cut, drained of whey, salted, pressed and left to ripen.",
  ],
  [
    "What do astronauts eat?",
    "Crews of the space station live on dried and vacuum-packed meals that they mix with hot water.",
  ],
] as const satisfies readonly (readonly [question: string, passage: string])[];
