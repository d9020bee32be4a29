// The signs of the four kinds of work.
import FileText from "@lucide/svelte/icons/file-text";
import Film from "@lucide/svelte/icons/film";
import Image from "@lucide/svelte/icons/image";
import Music from "@lucide/svelte/icons/audio-lines";

export const kindIcons = { text: FileText, image: Image, audio: Music, video: Film };
