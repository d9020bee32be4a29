// The icons that the example cards and lessons name.
import BookOpen from "@lucide/svelte/icons/book-open";
import Bookmark from "@lucide/svelte/icons/bookmark";
import Calculator from "@lucide/svelte/icons/calculator";
import Car from "@lucide/svelte/icons/car";
import Clapperboard from "@lucide/svelte/icons/clapperboard";
import ClipboardList from "@lucide/svelte/icons/clipboard-list";
import CloudRain from "@lucide/svelte/icons/cloud-rain";
import CodeXml from "@lucide/svelte/icons/code-xml";
import CircleQuestionMark from "@lucide/svelte/icons/circle-question-mark";
import Drama from "@lucide/svelte/icons/drama";
import Feather from "@lucide/svelte/icons/feather";
import Flame from "@lucide/svelte/icons/flame";
import GraduationCap from "@lucide/svelte/icons/graduation-cap";
import Headset from "@lucide/svelte/icons/headset";
import Landmark from "@lucide/svelte/icons/landmark";
import Languages from "@lucide/svelte/icons/languages";
import Mail from "@lucide/svelte/icons/mail";
import Megaphone from "@lucide/svelte/icons/megaphone";
import MessageSquareQuote from "@lucide/svelte/icons/message-square-quote";
import Newspaper from "@lucide/svelte/icons/newspaper";
import Plane from "@lucide/svelte/icons/plane";
import Scale from "@lucide/svelte/icons/scale";
import Stethoscope from "@lucide/svelte/icons/stethoscope";

export const icons: Record<string, typeof Car> = {
  bookmark: Bookmark,
  "book-open": BookOpen,
  calculator: Calculator,
  "circle-question-mark": CircleQuestionMark,
  "cloud-rain": CloudRain,
  feather: Feather,
  languages: Languages,
  scale: Scale,
  car: Car,
  clapperboard: Clapperboard,
  "clipboard-list": ClipboardList,
  "code-xml": CodeXml,
  drama: Drama,
  flame: Flame,
  "graduation-cap": GraduationCap,
  headset: Headset,
  landmark: Landmark,
  mail: Mail,
  megaphone: Megaphone,
  "message-square-quote": MessageSquareQuote,
  newspaper: Newspaper,
  plane: Plane,
  stethoscope: Stethoscope,
};
