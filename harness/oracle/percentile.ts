/** The values at these shares (0..1) of `values`, nearest rank; reorders `values`. Linear: quickselect, no sort. NaN if empty. */
export function percentiles(values: Float64Array, shares: number[]): number[] {
  return shares.map((share) => {
    if (values.length === 0) return NaN;
    return select(values, Math.min(values.length - 1, Math.max(0, Math.ceil(share * values.length) - 1)));
  });
}

/** The value that would stand at `rank` if `values` were sorted. */
function select(values: Float64Array, rank: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = medianOfThree(values[low]!, values[(low + high) >>> 1]!, values[high]!);
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const swapped = values[i]!;
      values[i++] = values[j]!;
      values[j--] = swapped;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank]!;
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
