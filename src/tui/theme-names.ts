/** Sets of colours to choose from. */
export const THEME_NAMES = ['auto', 'dark', 'light', 'contrast', 'mono'] as const;
export type ThemeName = (typeof THEME_NAMES)[number];
