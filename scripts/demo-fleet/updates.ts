/** Updates and what became of them: the part of a host's life that evidence is about. */
import type { Actor } from './actor.ts';
import { guid } from './chance.ts';
import { ago, later, released } from './clock.ts';
import type { Instant, Month } from './clock.ts';
import type { Product } from './products.ts';
import { words } from './words.ts';

export interface Update {
  readonly kb: string;
  readonly title: string;
  readonly id: string;
  /** Of the update's metadata; events and history agree on it. */
  readonly metadata: number;
  /** Only of a cumulative update of Windows: the build revision it brings. */
  readonly revision?: number;
  /** Definitions leave no trace in the System log or among the hotfixes here. */
  readonly isDefinition?: boolean;
}

export interface Attempt {
  readonly at: Instant;
  readonly update: Update;
  readonly hresult: string;
}

export const DONE = '0x00000000';
/** Installed, and waits for a restart. */
export const RESTART_DUE = '0x00240005';

export function succeeded(attempt: Attempt): boolean {
  return attempt.hresult.startsWith('0x00');
}

/** An update as Windows Update offers it, under a title in the host's language. */
export function update(kb: string, title: string, more: Partial<Update> = {}): Update {
  const id = guid(`${kb} ${title}`);
  const metadata = 200 + (Number.parseInt(id.slice(0, 1), 16) % 5);
  return { kb, title: `${title} (${kb})`, id, metadata, ...more };
}

/** KB59 + last digit of the year + 2 digits of the month + product: a placeholder, no real number. */
function placeholderKb(month: Month, tail: string): string {
  const [year = '', monthOfYear = ''] = month.split('-');
  return `KB59${Number(year.slice(3)) + 3}${monthOfYear}${tail}`;
}

export function cumulative(actor: Actor, month: Month): Update {
  const { product } = actor;
  const revision = revisionOf(product, month);
  const title = words(actor.locale).cumulative(month, product.title);
  return update(placeholderKb(month, product.kbTail), title, { revision });
}

export function revisionOf(product: Product, month: Month): number {
  const revision = product.revisions[month];
  if (revision === undefined) throw new Error(`${product.title} had no update in ${month}`);
  return revision;
}

export function dotnet(actor: Actor, month: Month): Update {
  const title = words(actor.locale).dotnet(month, actor.product.title);
  return update(placeholderKb(month, String(Number(actor.product.kbTail) + 40)), title);
}

/** The updates of the recovery environment keep their real numbers: it is by these that they are known. */
export function recoveryUpdate(actor: Actor): Update {
  const [kb, month] =
    actor.product.kind === 'server' ? ['KB5034439', '2024-01'] : ['KB5042320', '2024-08'];
  return update(kb, words(actor.locale).security(month, actor.product.title));
}

export function malwareTool(actor: Actor, version: string): Update {
  return update('KB890830', `${words(actor.locale).malware} - v${version}`);
}

export function definition(actor: Actor, version: string): Update {
  const title = `${words(actor.locale).definition} - KB2267602 (Version ${version})`;
  return update('KB2267602', title, { title, isDefinition: true });
}

/** Some minute between half past one and four at night, local time, `days` after the release. */
export function nightAfter(actor: Actor, month: Month, days: number): Instant {
  const midnight = `${later(released(month), { days }).slice(0, 10)}T00:00:00Z`;
  return later(midnight, {
    hours: -actor.site.utcOffsetHours,
    minutes: actor.chance.between(90, 240),
    seconds: actor.chance.between(0, 59),
  });
}

/**
 * What an orderly host has behind it: cumulative updates up to a month, and the newest definitions, fetched
 * `definitionHours` (from, to) ago; null when the host has got none lately.
 */
export function routine(
  actor: Actor,
  through: '2026-10' | '2026-11',
  definitionHours: readonly [number, number] | null = [5, 26],
): readonly Attempt[] {
  const { chance, now } = actor;
  const months = through === '2026-10' ? ([through] as const) : (['2026-10', through] as const);
  const attempts = months.map((month) => installation(actor, month, month === '2026-10' ? 9 : 5));
  const [newest] = attempts.slice(-1);
  if (newest && chance.happens(45)) {
    const at = later(newest.at, { minutes: -chance.between(4, 20) });
    attempts.push({ at, update: dotnet(actor, through), hresult: DONE });
  }
  if (chance.happens(30)) {
    const at = nightAfter(actor, through, chance.between(2, 5));
    const version = through === '2026-10' ? '5.131' : '5.132';
    attempts.push({ at, update: malwareTool(actor, version), hresult: DONE });
  }
  if (definitionHours === null) return attempts;
  attempts.push({
    at: ago(now, chance, ...definitionHours),
    update: definition(actor, `1.441.${chance.between(20, 980)}.0`),
    hresult: DONE,
  });
  return attempts;
}

/** September's update too, for hosts with little else to tell. */
export function longRoutine(actor: Actor): readonly Attempt[] {
  return [...routine(actor, '2026-11'), installation(actor, '2026-09', 9)];
}

function installation(actor: Actor, month: Month, withinDays: number): Attempt {
  const at = nightAfter(actor, month, actor.chance.between(2, withinDays));
  return { at, update: cumulative(actor, month), hresult: DONE };
}

/** The same update tried night after night, the last time in the night `lastDay` days after November's release. */
export function retries(
  actor: Actor,
  update: Update,
  hresult: string,
  { tries, lastDay = 8 }: { readonly tries: number; readonly lastDay?: number },
): readonly Attempt[] {
  return Array.from({ length: tries }, (_, index) => ({
    at: nightAfter(actor, '2026-11', lastDay - index),
    update,
    hresult,
  }));
}
