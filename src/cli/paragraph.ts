/** Text broken into lines for people: a terminal's width, or 80 columns in a pipe. */
import { printable } from '../core/printable.ts';

const IN_A_PIPE = 80;

/** One text as lines of `width`: the first after `lead`, the others indented as far. */
export function paragraph(lead: string, text: string, width = screenWidth()): readonly string[] {
  const indent = ' '.repeat(lead.length);
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && indent.length + longer.length > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].map((one, at) => `${at === 0 ? lead : indent}${one}`);
}

function screenWidth(): number {
  return Math.max(40, process.stdout.columns || IN_A_PIPE);
}
