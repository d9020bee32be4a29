// Every Simplified Chinese string of the window, in the shape of en.ts.
export * from "./shared.zh";
export * from "./form.zh";
export * from "../frame/i18n/zh";
export * from "../guide/i18n/zh";
export * from "../guide/i18n/before.zh";
export * from "../guide/i18n/handIn.zh";
export * from "../guide/i18n/editor.zh";
export * from "../guide/i18n/present.zh";
export * from "../guide/i18n/pack.zh";
export * from "../views/library/i18n/zh";
export * from "../views/models/i18n/zh";
export * from "../views/settings/i18n/zh";
export * from "../panels/text/i18n/zh";
export * from "../panels/image/i18n/zh";
export * from "../panels/audio/i18n/zh";
export * from "../panels/video/i18n/zh";
export * from "../kiosk/i18n/zh";
