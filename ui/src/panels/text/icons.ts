// The icons that the example cards and lessons name.
import Calculator from "@lucide/svelte/icons/calculator";
import Car from "@lucide/svelte/icons/car";
import Clapperboard from "@lucide/svelte/icons/clapperboard";
import ClipboardList from "@lucide/svelte/icons/clipboard-list";
import CodeXml from "@lucide/svelte/icons/code-xml";
import Drama from "@lucide/svelte/icons/drama";
import Flame from "@lucide/svelte/icons/flame";
import GraduationCap from "@lucide/svelte/icons/graduation-cap";
import Headset from "@lucide/svelte/icons/headset";
import Landmark from "@lucide/svelte/icons/landmark";
import Mail from "@lucide/svelte/icons/mail";
import Megaphone from "@lucide/svelte/icons/megaphone";
import MessageSquareQuote from "@lucide/svelte/icons/message-square-quote";
import Newspaper from "@lucide/svelte/icons/newspaper";
import Plane from "@lucide/svelte/icons/plane";
import Stethoscope from "@lucide/svelte/icons/stethoscope";

export const icons: Record<string, typeof Car> = {
  calculator: Calculator,
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
