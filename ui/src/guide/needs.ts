// What a lesson needs of models, and what of that is not there.
import type { Lesson, Need, Skill } from "../ipc";
import { studio } from "../ipc/studio.svelte";

/** Films are made of pictures. */
const skillOf = (need: Need): Skill => (need === "video" ? "image" : need);

/** Skills that no model here has; nothing while the models are not known. */
export function lacks({ needs = [] }: Lesson): Need[] {
  const { models } = studio;
  if (models === null) return [];
  return needs.filter((need) => !models.some((model) => model.skill === skillOf(need) && model.problem === null));
}
