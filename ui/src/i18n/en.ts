// Every English string of the window. The words of a place are in its folder, one line each here.
export * from "./shared.en";
export * from "./form.en";
export * from "../frame/i18n/en";
export * from "../guide/i18n/en";
export * from "../guide/i18n/before.en";
export * from "../guide/i18n/handIn.en";
export * from "../guide/i18n/editor.en";
export * from "../guide/i18n/present.en";
export * from "../guide/i18n/pack.en";
export * from "../views/library/i18n/en";
export * from "../views/models/i18n/en";
export * from "../views/settings/i18n/en";
export * from "../panels/text/i18n/en";
export * from "../panels/image/i18n/en";
export * from "../panels/audio/i18n/en";
export * from "../panels/video/i18n/en";
export * from "../kiosk/i18n/en";
