// Which panes of the window are open.
class Layout {
  compose = $state(true);
  inside = $state(false);
}

export const layout = new Layout();
