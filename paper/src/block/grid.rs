//! A table: its head again on every page it reaches, rows that stay whole where they can, bars in cells that ask for one.

use crate::font::{Ink, Style, printable};
use crate::sheet::{Mark, Meaning, NodeId, Sheet, mm};

const GUTTER: f32 = mm(1.6);

/// A column and its share of the width.
pub(crate) struct Column {
    pub title: String,
    pub share: f32,
    pub is_number: bool,
}

impl Column {
    pub fn text(title: &str, share: f32) -> Column {
        Column {
            title: title.to_owned(),
            share,
            is_number: false,
        }
    }

    pub fn number(title: &str, share: f32) -> Column {
        Column {
            title: title.to_owned(),
            share,
            is_number: true,
        }
    }
}

/// What stands in one place of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    text: String,
    bold: bool,
    /// The part of the cell that a bar fills, from nothing to 1.
    bar: Option<f32>,
}

impl Cell {
    pub fn text(text: &str) -> Cell {
        Cell {
            text: printable(text),
            ..Cell::default()
        }
    }

    pub fn bold(text: &str) -> Cell {
        Cell {
            bold: true,
            ..Cell::text(text)
        }
    }

    pub fn bar(part: f64) -> Cell {
        let part = if part.is_finite() {
            part.clamp(0.0, 1.0) as f32
        } else {
            0.0
        };
        Cell {
            bar: Some(part),
            ..Cell::default()
        }
    }
}

pub(crate) struct Grid<'a> {
    pub columns: &'a [Column],
    /// Whether the columns' titles stand above them.
    pub has_head: bool,
    /// The column that says what a row is about.
    pub names_row: usize,
    pub size: f32,
    /// No row is lower than this.
    pub least: f32,
    /// Above and below what stands in a row.
    pub padding: f32,
}

/// A cell broken into lines.
struct Broken<'a> {
    cell: &'a Cell,
    style: Style,
    lines: Vec<String>,
    node: Option<NodeId>,
}

impl Grid<'_> {
    pub fn print(&self, sheet: &mut Sheet, rows: &[Vec<Cell>]) {
        sheet.need(self.company(sheet, rows));
        sheet.within(Meaning::Table, |sheet, _| {
            if self.has_head {
                sheet.within(Meaning::Row, |sheet, _| {
                    let nodes = self
                        .columns
                        .iter()
                        .map(|_| Some(sheet.node(Meaning::ColumnHead)))
                        .collect();
                    self.head(sheet, nodes);
                });
            }
            for row in rows {
                sheet.within(Meaning::Row, |sheet, _| self.row(sheet, row));
            }
        });
        sheet.gap(mm(3.0));
    }

    /// What of the table must be on the page it begins on: all of it if it is short, else its first rows.
    pub fn company(&self, sheet: &Sheet, rows: &[Vec<Cell>]) -> f32 {
        let heights = || rows.iter().map(|row| self.height(self.tallest(sheet, row)) + 0.4);
        let head = self.head_height(sheet);
        let whole: f32 = head + heights().take(12).sum::<f32>();
        if rows.len() <= 12 && whole <= sheet.page_height() / 3.0 {
            return whole;
        }
        (head + heights().take(2).sum::<f32>()).min(sheet.page_height() / 3.0)
    }

    fn row(&self, sheet: &mut Sheet, cells: &[Cell]) {
        let cells = self.broken(sheet, cells);
        let count = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
        let mut done = 0;
        while done < count {
            let height = self.height(count - done);
            if height > sheet.room() && height <= sheet.page_height() - self.head_height(sheet) {
                self.next_page(sheet);
            }
            if sheet.room() < self.height(1) {
                self.next_page(sheet);
            }
            let fits = ((sheet.room() - 2.0 * self.padding) / self.leading()).floor().max(1.0) as usize;
            let until = count.min(done + fits);
            self.part(sheet, &cells, done, until);
            done = until;
        }
    }

    /// The lines of a row from `from` to before `until`, and the rule beneath them.
    fn part(&self, sheet: &mut Sheet, cells: &[Broken<'_>], from: usize, until: usize) {
        let mut x = sheet.left;
        for (column, cell) in self.columns.iter().zip(cells) {
            let width = self.inner(sheet, column);
            for (step, line) in cell.lines.iter().take(until).skip(from).enumerate() {
                let spare = width - cell.style.width(line.trim_end());
                let left = x + GUTTER + if column.is_number { spare } else { 0.0 };
                let y = sheet.y + self.padding + step as f32 * self.leading();
                sheet.line(cell.node, left, y, cell.style, line);
            }
            if let Some(part) = cell.cell.bar.filter(|_| from == 0) {
                self.bar(sheet, x + GUTTER, width, part);
            }
            x += width + 2.0 * GUTTER;
        }
        sheet.y += self.height(until - from).min(sheet.room() - 0.4);
        sheet.rule(0.4, Ink::Rule);
    }

    fn bar(&self, sheet: &mut Sheet, x: f32, width: f32, part: f32) {
        let (y, height) = (sheet.y + self.padding + self.leading() * 0.18, self.leading() * 0.64);
        sheet.place(
            None,
            Mark::Box {
                x,
                y,
                width,
                height,
                ink: Ink::Shade,
            },
        );
        sheet.place(
            None,
            Mark::Box {
                x,
                y,
                width: width * part,
                height,
                ink: Ink::Accent,
            },
        );
    }

    fn next_page(&self, sheet: &mut Sheet) {
        sheet.break_page();
        if self.has_head {
            self.head(sheet, vec![None; self.columns.len()]);
        }
    }

    /// The columns' titles on their shade. On later pages they are of no node: they were read aloud once.
    fn head(&self, sheet: &mut Sheet, nodes: Vec<Option<NodeId>>) {
        let (x, y, width, height) = (sheet.left, sheet.y, sheet.width(), self.head_height(sheet));
        sheet.place(
            None,
            Mark::Box {
                x,
                y,
                width,
                height,
                ink: Ink::Shade,
            },
        );
        let mut x = sheet.left;
        for (column, node) in self.columns.iter().zip(nodes) {
            let width = self.inner(sheet, column);
            for (step, line) in self.head_lines(sheet, column).iter().enumerate() {
                let spare = width - self.head_style().width(line.trim_end());
                let left = x + GUTTER + if column.is_number { spare } else { 0.0 };
                sheet.line(
                    node,
                    left,
                    y + self.padding + step as f32 * self.leading(),
                    self.head_style(),
                    line,
                );
            }
            x += width + 2.0 * GUTTER;
        }
        sheet.y += height;
        sheet.rule(0.8, Ink::Muted);
    }

    fn head_height(&self, sheet: &Sheet) -> f32 {
        if !self.has_head {
            return 0.0;
        }
        let lines = self
            .columns
            .iter()
            .map(|column| self.head_lines(sheet, column).len())
            .max()
            .unwrap_or(1);
        2.0 * self.padding + self.leading() * lines as f32
    }

    fn head_lines(&self, sheet: &Sheet, column: &Column) -> Vec<String> {
        self.head_style()
            .lines(&printable(&column.title), self.inner(sheet, column))
    }

    fn head_style(&self) -> Style {
        Style::bold(self.size)
    }

    fn broken<'a>(&self, sheet: &mut Sheet, cells: &'a [Cell]) -> Vec<Broken<'a>> {
        let mut broken = Vec::with_capacity(cells.len());
        for (index, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
            let meaning = if index == self.names_row {
                Meaning::RowHead
            } else {
                Meaning::Cell
            };
            let style = if cell.bold {
                Style::bold(self.size)
            } else {
                Style::plain(self.size)
            };
            let lines = style.lines(&cell.text, self.inner(sheet, column));
            broken.push(Broken {
                cell,
                style,
                lines,
                node: Some(sheet.node(meaning)),
            });
        }
        broken
    }

    fn tallest(&self, sheet: &Sheet, cells: &[Cell]) -> usize {
        let lines = |(column, cell): (&Column, &Cell)| {
            Style::bold(self.size)
                .lines(&cell.text, self.inner(sheet, column))
                .len()
        };
        self.columns.iter().zip(cells).map(lines).max().unwrap_or(0)
    }

    fn height(&self, lines: usize) -> f32 {
        (2.0 * self.padding + self.leading() * lines as f32).max(self.least)
    }

    fn leading(&self) -> f32 {
        Style::plain(self.size).leading()
    }

    /// The width of a column between its gutters: room for the longest word of its title, and its share of what is left.
    fn inner(&self, sheet: &Sheet, column: &Column) -> f32 {
        let most = sheet.width() / self.columns.len() as f32 - 2.0 * GUTTER;
        let least = |column: &Column| self.longest_word(column).min(most);
        let taken: f32 = self.columns.iter().map(|column| least(column) + 2.0 * GUTTER).sum();
        let shares: f32 = self.columns.iter().map(|column| column.share).sum();
        least(column) + (sheet.width() - taken) * column.share / shares
    }

    fn longest_word(&self, column: &Column) -> f32 {
        let words = printable(&column.title);
        words
            .split(' ')
            .map(|word| self.head_style().width(word) + 0.1)
            .fold(0.0, f32::max)
    }
}
