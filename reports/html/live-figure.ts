/* oxlint-disable unicorn/consistent-function-scoping -- the function travels alone, so everything it needs is inside it */

/**
 * Runs in the reader's browser, not here: the page carries this function's own source, so it must refer to nothing
 * outside of its body but the browser and uPlot. Draws every figure of the page live over its data, all with
 * one cursor, so that two pipelines compare at one moment; adds the buttons that copy. What it cannot draw stays as the static figure.
 */
export function enliven(): void {
  for (const figure of document.querySelectorAll('figure[data-live]')) drawFigure(figure);
  for (const command of document.querySelectorAll('[data-copy]')) addCopyButton(command);
  // Paper has no disclosure triangles.
  addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((details: Any) => (details.open = true)));

  function drawFigure(figure: Any): void {
    const data = JSON.parse(figure.querySelector('script').textContent);
    const place = figure.querySelector('.live');
    const say = (name: string, text: string) => (figure.querySelector(`[data-say=${name}]`).textContent = text);
    let plots: Any[] = [];

    function readOut(index: number | null | undefined): void {
      const at = index ?? data.atS.length - 1;
      const atS = data.atS[at];
      say('at', index == null ? 'in the end' : `at ${atS.toFixed(2)} s`);
      for (const name of ['read', 'delivered', 'backlog']) say(name, data[name][at].toLocaleString('en-US'));
      const during = data.faults.filter((fault: Any) => index != null && fault.fromS <= atS && atS < fault.toS);
      say('during', during.map((fault: Any) => fault.name).join(', '));
    }

    function draw(): void {
      for (const plot of plots) plot.destroy();
      const width = place.clientWidth;
      const color = (name: string) => getComputedStyle(figure).getPropertyValue(`--${name}`).trim();
      const lane = 18;
      const font = `11px ${getComputedStyle(place).fontFamily}`;
      const axis = { stroke: color('soft'), font, grid: { stroke: color('rule'), width: 1 }, ticks: { show: false } };
      const values = (_: Any, splits: number[]) => splits.map((value) => (Number.isInteger(value) ? value.toLocaleString('en-US') : ''));
      const panel = (height: number, most: number, more: Any) => ({
        width, height, legend: { show: false }, ...more,
        scales: { x: { time: false, range: () => [0, data.max.atS] }, y: { range: () => [0, most * 1.04] } },
        cursor: { sync: { key: 'brownout' }, drag: { x: false, y: false }, points: { size: 7 }, y: false },
        hooks: { drawClear: [shade], setCursor: [(plot: Any) => readOut(plot.cursor.idx)], ...more.hooks },
      });
      const line = (stroke: string, thickness: number, more: Any = {}) => ({ stroke: color(stroke), width: thickness, points: { show: false }, ...more });
      const upper = panel(215 + lane * (1 + data.lanes), data.max.readings, {
        padding: [8 + lane * (1 + data.lanes), 12, 0, 0],
        axes: [{ ...axis, values: () => [], size: 8 }, { ...axis, values, size: 52 }],
        series: [{}, line('ink', 1.25, { dash: [4, 3] }), line('delivered', 2)],
        bands: [{ series: [1, 2], fill: color('backlog-fill') }],
        hooks: { draw: [label] },
      });
      const lower = panel(125, data.max.backlog, {
        padding: [6, 12, 0, 0],
        axes: [{ ...axis, size: 26, values: (_: Any, splits: number[]) => splits.map((value) => `${value} s`) }, { ...axis, values, size: 52, space: 24 }],
        series: [{}, line('backlog', 1.5, { fill: color('backlog-fill') })],
      });
      plots = [new uPlot(upper, [data.atS, data.read, data.delivered], place), new uPlot(lower, [data.atS, data.backlog], place)];
      readOut(null);

      function shade(plot: Any): void {
        const { ctx, bbox } = plot;
        const x = (atS: number) => plot.valToPos(Math.min(atS, data.max.atS), 'x', true);
        ctx.save();
        ctx.fillStyle = color('shade');
        for (const fault of data.faults) ctx.fillRect(x(fault.fromS), bbox.top, Math.max(1, x(fault.toS) - x(fault.fromS)), bbox.height);
        ctx.strokeStyle = color('soft');
        ctx.lineWidth = devicePixelRatio / 2;
        ctx.setLineDash([devicePixelRatio, 3 * devicePixelRatio]);
        for (const phase of data.phases) {
          ctx.beginPath();
          ctx.moveTo(x(phase.fromS), bbox.top);
          ctx.lineTo(x(phase.fromS), bbox.top + bbox.height);
          ctx.stroke();
        }
        ctx.restore();
      }

      function label(plot: Any): void {
        const { ctx, bbox } = plot;
        const unit = devicePixelRatio;
        const x = (atS: number) => plot.valToPos(Math.min(atS, data.max.atS), 'x', true);
        const first = bbox.top - unit * (4 + lane * (1 + data.lanes));
        ctx.save();
        ctx.font = font.replace('11px', `${11 * unit}px`);
        ctx.textBaseline = 'alphabetic';
        ctx.fillStyle = color('soft');
        ctx.textAlign = 'left';
        for (const phase of data.phases) {
          const fits = ctx.measureText(phase.label).width + 4 * unit < x(phase.toS) - x(phase.fromS);
          if (fits) ctx.fillText(phase.label, x(phase.fromS) + 3 * unit, first + 9 * unit);
        }
        ctx.fillStyle = color('ink');
        for (const fault of data.faults) {
          const y = first + unit * lane * (fault.lane + 1);
          const breadth = ctx.measureText(fault.label).width;
          const overflows = x(fault.fromS) + breadth > bbox.left + bbox.width;
          ctx.textAlign = overflows ? 'right' : 'left';
          if (data.named || breadth < x(fault.toS) - x(fault.fromS)) ctx.fillText(fault.label, overflows ? x(fault.toS) : x(fault.fromS), y + 9 * unit);
          ctx.fillRect(x(fault.fromS), y + 12 * unit, Math.max(unit, x(fault.toS) - x(fault.fromS)), 2.5 * unit);
        }
        if (data.missing) {
          ctx.fillStyle = color('broken');
          ctx.font = `600 ${font.replace('11px', `${12 * unit}px`)}`;
          ctx.textAlign = 'right';
          const [read, delivered] = [data.read, data.delivered].map((counts: number[]) => plot.valToPos(counts.at(-1), 'y', true));
          const y = delivered - read > 22 * unit ? (read + delivered) / 2 + 4 * unit : Math.min(delivered + 18 * unit, bbox.top + bbox.height - 6 * unit);
          ctx.fillText(data.missing, bbox.left + bbox.width - 6 * unit, y);
        }
        ctx.restore();
      }
    }

    figure.classList.add('drawn');
    draw();
    let drawnWidth = place.clientWidth;
    new ResizeObserver(() => {
      if (place.clientWidth === drawnWidth || place.clientWidth === 0) return;
      drawnWidth = place.clientWidth;
      draw();
    }).observe(place);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  }

  function addCopyButton(command: Any): void {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(command.textContent);
        button.textContent = 'Copied';
      } catch {
        getSelection().selectAllChildren(command);
        button.textContent = 'Selected';
      }
      setTimeout(() => (button.textContent = 'Copy'), 2000);
    });
    command.after(button);
  }
}

// The browser's names; this project's types are Node's.
type Any = any;
declare const document: Any, navigator: Any, uPlot: Any, devicePixelRatio: number;
declare const getComputedStyle: Any, getSelection: Any, matchMedia: Any, addEventListener: Any, ResizeObserver: Any;
