// What the app itself calls works: a tune by what it is, minutes by their recording.
export const titles = {
  moods: { cheerful: "Cheerful", calm: "Calm", wistful: "Wistful", solemn: "Solemn", dance: "Dance", lullaby: "Lullaby" },
  modes: { major: "major", minor: "minor", dorian: "dorian", mixolydian: "mixolydian", pentatonic: "pentatonic" },
  instruments: {
    piano: "Piano",
    "music-box": "Music box",
    vibraphone: "Vibraphone",
    guitar: "Nylon guitar",
    bass: "Acoustic bass",
    violin: "Violin",
    harp: "Harp",
    strings: "Strings",
    flute: "Flute",
    koto: "Koto",
  },
  metre: (metre: string) => metre,
  minutes: (recording: string) => `Minutes: ${recording}`,
};
