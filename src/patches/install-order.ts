/**
 * The order in which patches are best installed: security updates from critical to unspecified, service packs, rollups,
 * critical updates, updates, the rest; within a step the newest first. Ten steps, as Datto RMM documents its own.
 */
import { rankOfSeverity } from './severity.ts';
import type { PatchSummary } from './patch-summary.ts';
import type { Classification } from '../core/host-patch.ts';

const AFTER_SECURITY: readonly Classification[] = ['service-pack', 'rollup', 'critical', 'update'];
const SECURITY_STEPS = 5;

/** 1 to 10. */
export function installStep({ offer }: Pick<PatchSummary, 'offer'>): number {
  const { classification, severity } = offer;
  // A severity by the MSRC is given to security updates alone.
  if (classification === 'security' || (classification === undefined && severity !== undefined))
    return 1 + rankOfSeverity(severity);
  const at = AFTER_SECURITY.findIndex((each) => each === classification);
  return SECURITY_STEPS + 1 + (at < 0 ? AFTER_SECURITY.length : at);
}

/** Equal ones keep the order in which they came. */
export function inInstallOrder(patches: readonly PatchSummary[]): readonly PatchSummary[] {
  return patches.toSorted(
    (a, b) => installStep(a) - installStep(b) || (b.offer.released ?? 0) - (a.offer.released ?? 0),
  );
}
