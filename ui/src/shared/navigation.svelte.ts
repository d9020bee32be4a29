// Which place of the window is shown.
export const places = ["text", "image", "audio", "video", "library", "models", "settings"] as const;
export type Place = (typeof places)[number];

class Navigation {
  place = $state<Place>("text");
  help = $state(false);

  go(place: Place): void {
    this.place = place;
  }
}

export const navigation = new Navigation();
