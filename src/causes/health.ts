/** Why a host counts as healthy. Nothing being found is no reason: it takes positive grounds, and all windows open. */
import type { Facts } from '../facts/declared.ts';
import { inWords } from './sentence.ts';

/** Sentences that say why, or none: then nobody may call the host healthy. */
export function healthGrounds(facts: Facts): readonly string[] {
  const { open, scan, restart, installed } = facts;
  const isOpen = open.installs.length > 0 || (scan.known && scan.failing) || restart.due;
  if (!open.known || !restart.known || isOpen) return [];
  const grounds: string[] = [];
  if (scan.known && scan.isGood) grounds.push(`a search succeeded at ${inWords(scan.lastGood)} and nothing is open`);
  if (installed.isInDueTime) grounds.push(`${installed.name} was installed at ${inWords(installed.newest)}`);
  return grounds;
}
