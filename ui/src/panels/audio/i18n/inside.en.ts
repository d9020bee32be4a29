// Every English string of the inside pane of Audio. inside.zh.ts has the same shape.
export const audioInside = {
  how: {
    speak: {
      title: "From letters to sound",
      steps: ["Each word is looked up or sounded out: letters become phonemes, the sounds of the language.", "A network turns the phonemes of a sentence into a picture of its sound, and that into samples.", "The sentence is heard at once, while the next one is made."],
    },
    listen: {
      title: "From sound to letters",
      steps: ["The sound is cut into stretches of half a minute, and each becomes a picture of its pitches.", "A network reads the picture and writes what is said, piece by piece, each with how sure it was.", "What it wrote is put against its times."],
    },
    compose: {
      title: "From a mood to a tune",
      steps: ["A network writes note after note; each is drawn by luck from what could stand there.", "What the bar and the form forbid is left out before it draws.", "Sampled instruments play the notes, bar by bar."],
    },
  },
  sentences: "Sentences",
  words: "Words",
  phonemes: "Letters to phonemes",
  samples: "Phonemes to sound",
  first: "First sound after",
  length: "Length of the sound",
  rate: "Samples a second",
  hertz: (value: string) => `${value} Hz`,
  language: "Language heard",
  lines: "Lines",
  tokens: "Tokens",
  silent: "Stretches without speech",
  doubtful: "Stretches in doubt",
  hearing: "Hearing took",
  writing: "Writing took",
  bars: "Bars",
  notes: "Notes",
  composing: "Composing took",
  playing: "Playing took",
};
