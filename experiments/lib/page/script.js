// The page is complete without this: it tells which cell of a map is pointed
// at, and opens what is folded for the printer where CSS cannot.
'use strict';
for (const cells of document.querySelectorAll('svg .cells')) {
	const svg = cells.ownerSVGElement;
	const said = svg.closest('figure')?.querySelector('.lookup');
	if (!said)
		continue;
	const [left, top, width, height] =
		cells.dataset.at.split(' ').map(Number);
	const rows = cells.dataset.rows.split('|');
	const columns = (cells.dataset.columns || cells.dataset.rows)
		.split('|');
	const [a, b] = [cells.dataset.row, cells.dataset.column];
	const tell = event => {
		const at = new DOMPoint(event.clientX, event.clientY)
			.matrixTransform(svg.getScreenCTM().inverse());
		const row = rows[Math.floor((at.y - top) / height)];
		const column = columns[Math.floor((at.x - left) / width)];
		const kind = event.target.dataset?.kind;
		if (row && column && kind)
			said.textContent =
				`${a} ${row}, ${b} ${column}: ${kind}`;
	};
	svg.addEventListener('pointermove', tell);
	svg.addEventListener('click', tell);
	said.hidden = false;
}
addEventListener('beforeprint', () => {
	for (const folded of document.querySelectorAll('details:not([open])')) {
		folded.open = true;
		folded.dataset.folded = '';
	}
});
addEventListener('afterprint', () => {
	for (const folded of document.querySelectorAll('[data-folded]')) {
		folded.open = false;
		delete folded.dataset.folded;
	}
});
