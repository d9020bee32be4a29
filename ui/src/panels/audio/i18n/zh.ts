// The Chinese words of Audio.
export * from "./speak.zh";
export * from "./listen.zh";
export * from "./compose.zh";
export * from "./inside.zh";
