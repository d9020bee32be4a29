// What each modality takes of the others' results. They are found by their place, so that a modality is deleted
// with its folder.
import { register, type Taking } from "../shared/sendOn";

const found = import.meta.glob<{ takes: readonly Taking[] }>("../panels/*/takes.ts", { eager: true });

register(Object.values(found).flatMap(({ takes }) => takes));
