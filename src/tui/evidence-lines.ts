import type { Line } from './line.ts';
import { textLines } from './text-lines.ts';
import type { Theme } from './theme.ts';

/** The stored document to read through: laid out where it is JSON, as it is where it is cut or broken. */
export function evidenceLines(text: string, width: number, theme: Theme): Line[] {
  return textLines(laidOut(text), width, theme);
}

function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
