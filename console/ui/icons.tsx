/** Icons on a grid of 16. They add no information to the words beside them. */
import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const icons = {
  upload: (
    <Icon>
      <path d="M8 10.5V3M5 5.5 8 2.5l3 3M2.5 10.5v2a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-2" />
    </Icon>
  ),
  check: (
    <Icon>
      <path d="m3.5 8.5 3 3 6-7" />
    </Icon>
  ),
  cross: (
    <Icon>
      <path d="m4.5 4.5 7 7m0-7-7 7" />
    </Icon>
  ),
  retry: (
    <Icon>
      <path d="M13 8a5 5 0 1 1-1.5-3.5L13 6M13 2.5V6H9.5" />
    </Icon>
  ),
  search: (
    <Icon>
      <circle cx="7" cy="7" r="4.5" />
      <path d="m10.5 10.5 3 3" />
    </Icon>
  ),
  bin: (
    <Icon>
      <path d="M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.5 9h6l.5-9" />
    </Icon>
  ),
  copy: (
    <Icon>
      <path d="M5.5 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3" />
    </Icon>
  ),
  alert: (
    <Icon>
      <path d="M8 5v3.5M8 11.2v.1M8 2 1.800 13.2h12.400z" />
    </Icon>
  ),
  key: (
    <Icon>
      <circle cx="5" cy="11" r="2.5" />
      <path d="m7 9 6-6m-2 2 2 2" />
    </Icon>
  ),
} as const;

export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" />
      <path class="gate" d="M9 6v14M23 6v14M9 9h14M16 9v7" />
      <path class="wave" d="M6 24c2.5 0 2.5-2 5-2s2.5 2 5 2 2.5-2 5-2 2.5 2 5 2" />
    </svg>
  );
}
