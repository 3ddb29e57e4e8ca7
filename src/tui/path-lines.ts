/** The way to a host: the steps of contact in this run, then the tests that led to its state. */
import { column } from '../core/width.ts';
import type { HostState } from '../store/host-state.ts';
import type { Line } from './line.ts';
import { heading } from './paragraph.ts';
import type { Drawing } from './run-lines.ts';

/** `dns 2 ms`, in the order in which they came; a step lasts until the next one begins. */
export function wayLines({ trail }: HostState, { theme, now }: Drawing): Line[] {
  const { words } = theme;
  const steps = trail.stages.map((stage, at): Line => {
    const ms = (trail.begun[at + 1] ?? now) - (trail.begun[at] ?? now);
    return [`     ${column(stage, 10)} ${column(words.stages[stage], 34)}`, ['quiet', `${ms} ms`]];
  });
  return [heading(words.wayHeading), ...(steps.length > 0 ? steps : [[`     ${words.noWay}`]]), []];
}
