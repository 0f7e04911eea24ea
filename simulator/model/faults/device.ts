import { numberOf } from '../plan.ts';
import type { World } from '../world.ts';
import { counting, type Apply } from './active.ts';

/** Faults of one machine, by its name, or of all of them: target `plant`. */
export const deviceFaults: Record<string, Apply> = {
  silent: onMachines((world, d) => world.plant.trouble(d, 'silent')),
  exception: onMachines((world, d) => world.plant.trouble(d, 'exception')),
  'garbage-frame': onMachines((world, d) => world.plant.trouble(d, 'garbage')),
  stuck: onMachines((world, d) => world.plant.trouble(d, 'stuck')),
  slow: onMachines((world, d, fault) => world.plant.slowDown(d, numberOf(fault, 'by', 400) * 1000)),
  reboot: onMachines((world, d) => restart(world, d)),
  replaced: onMachines((world, d) => restart(world, d)),
};

function restart(world: World, device: number): () => void {
  const undo = world.plant.trouble(device, 'silent');
  return () => {
    undo();
    world.plant.reboot(device);
  };
}

function onMachines(impose: (world: World, device: number, fault: Parameters<Apply>[1]) => () => void): Apply {
  return (world, fault) => {
    const { names, disturbed } = world.plant;
    const devices = fault.target === 'plant' ? [...names.keys()] : [names.indexOf(fault.target)];
    if (devices.includes(-1)) throw new RangeError(`${fault.id}: the model has no ${fault.target}; it has plant, ${names.join(', ')}`);
    const undo = devices.map((d) => impose(world, d, fault));
    return counting(() => devices.reduce((sum, d) => sum + disturbed[d]!, 0), 'questions disturbed', () => undo.forEach((it) => it()));
  };
}
