// The English strings of the frame: presenter layout, keys, the strip, what ended out of view.
import { counted } from "../../i18n/numbers.en";

export const stage = {
  // presenter layout
  present: "Present",
  presentTitle: "Presenter layout: the result fills the window",
  presenting: "Presenter layout. Escape leaves it.",
  presentLeft: "Back in the studio layout.",
  leave: "Leave",
  black: "Screen out",
  blackHint: "The screen is out. Any key brings it back.",
  fullscreen: "Full screen",
  // the prompt while compose is folded
  promptLine: "The prompt in one line",
  // places
  place: (name: string) => `${name} is open.`,
  placeKey: (name: string, key: string) => `${name} · ${key}`,
  atWork: "at work",
  show: "Show",
  endedDone: (place: string) => `${place}: it is done.`,
  endedFailed: (place: string) => `${place}: it did not work.`,
  codeCount: (count: number) => `(code, ${counted(count, "line", "lines")})`,
  // the strip
  models: "Models of this place",
  modelCount: (count: number) => (count === 0 ? "No model in memory" : `${counted(count, "model", "models")} in memory`),
  pace: {
    text: (figure: string) => `${figure} tokens/s`,
    image: (figure: string) => `${figure} s a picture`,
    audio: (figure: string) => `${figure} × real time`,
    video: (figure: string) => `${figure} frames/s`,
  },
  paceHelp: "How fast the last one was",
  // the proof
  proof: "What is counted, and how",
  proofCount: (count: number) => `${counted(count, "internet connection is", "internet connections are")} held open by this program now.`,
  proofUncounted: "This system does not tell a program which connections it holds. Nothing is claimed here.",
  proofList: [
    "Counted: TCP, UDP and raw sockets, IPv4 and IPv6, of the program's own process, in the tables of the operating system.",
    "Counted again every two seconds while the window is in view.",
    "Not counted: the helper processes that draw the window. The window's rules let them load nothing from outside.",
    "The program contains nothing that could ask a server for anything. Models and works stay on this computer.",
    "Try it: unplug the network. Everything goes on working.",
  ],
  // the keys
  wordsNow: (value: string) => `Words at ${value} percent`,
  letters: "Single-letter keys",
  lettersHelp: "Switch them off when you speak to the computer, or touch keys unawares.",
  lettersChange: "Change a key: go to its field and type one character. An empty field has no key.",
  lettersTwice: (act: string) => `This key already belongs to: ${act}`,
  lettersReset: "Put the keys back",
  acts: {
    language: "Switch between English and Chinese",
    inside: "Open what happens inside",
    presenter: "Presenter layout on and off",
    help: "Help and keys",
    black: "Put the screen out while presenting",
    jump: "All steps of a lesson, to jump to one",
  },
  // the help
  explain: "The word for what has the focus, in the glossary",
  remote: "While presenting: next and previous (a presenter's remote sends these)",
  out: "While presenting: screen out, any key brings it back",
  leaves: "Stop what runs; leave presenter layout",
  bigger: "Larger and smaller words; as they were",
  undo: "Take back the last thing done in this place",
};
