// The English words of Audio.
export * from "./speak.en";
export * from "./listen.en";
export * from "./compose.en";
export * from "./inside.en";
