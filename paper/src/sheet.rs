//! Pages that fill from the top and break: what is printed where, before any of it is PDF.
//!
//! Beside the marks on the pages stands what they mean: each mark belongs to a node of a tree (a heading, a paragraph, a cell
//! of a table), in the order in which it is read aloud. A mark of no node is decoration.

use crate::font::{Ink, Style, printable};

const POINTS_PER_MM: f32 = 72.0 / 25.4;

/// Millimetres, in points.
pub(crate) const fn mm(length: f32) -> f32 {
    length * POINTS_PER_MM
}

pub(crate) const A4: (f32, f32) = (mm(210.0), mm(297.0));

/// Where a node stands in [`Sheet::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NodeId(pub usize);

/// What a piece of the paper is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    Document,
    Heading { level: u16, title: String },
    Paragraph,
    List,
    Item,
    Bullet,
    ItemBody,
    Table,
    Row,
    ColumnHead,
    RowHead,
    Cell,
    Figure { told: String },
    Link,
}

pub(crate) struct Node {
    pub meaning: Meaning,
    pub parent: Option<NodeId>,
}

/// Something printed, its place counted in points from the upper left corner.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    /// One line of text; `y` is what its letters stand on.
    Text { x: f32, y: f32, style: Style, text: String },
    /// A filled rectangle: a rule, a bar, a background.
    Box {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        ink: Ink,
    },
    /// Many small ones printed as one: a QR code.
    Boxes { boxes: Vec<[f32; 4]>, ink: Ink },
    /// Where a click leads.
    Link {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        target: String,
    },
}

pub(crate) struct Placed {
    pub node: Option<NodeId>,
    pub mark: Mark,
}

/// A heading as the outline of the document lists it.
pub(crate) struct Entry {
    pub level: u16,
    pub title: String,
    pub page: usize,
    pub y: f32,
}

pub(crate) struct Sheet {
    pub size: (f32, f32),
    pub left: f32,
    pub right: f32,
    top: f32,
    bottom: f32,
    /// What stands at the foot of every page, beside its number.
    pub foot: String,
    pub pages: Vec<Vec<Placed>>,
    pub nodes: Vec<Node>,
    pub outline: Vec<Entry>,
    open: NodeId,
    /// Where the next thing begins.
    pub y: f32,
}

impl Sheet {
    /// An upright A4 with an office's margins: wider on the left, where papers are filed.
    pub fn portrait(foot: String) -> Sheet {
        Sheet::of(A4, (mm(25.0), mm(20.0)), foot)
    }

    /// A level A4, with the same margin to either side.
    pub fn landscape(foot: String) -> Sheet {
        Sheet::of((A4.1, A4.0), (mm(20.0), mm(20.0)), foot)
    }

    fn of(size: (f32, f32), (left, right): (f32, f32), foot: String) -> Sheet {
        Sheet {
            size,
            left,
            right: size.0 - right,
            top: mm(18.0),
            bottom: size.1 - mm(22.0),
            foot: printable(&foot),
            pages: vec![Vec::new()],
            nodes: vec![Node {
                meaning: Meaning::Document,
                parent: None,
            }],
            outline: Vec::new(),
            open: NodeId(0),
            y: mm(18.0),
        }
    }

    pub fn width(&self) -> f32 {
        self.right - self.left
    }

    /// What is left of the page.
    pub fn room(&self) -> f32 {
        self.bottom - self.y
    }

    /// What a whole page holds.
    pub fn page_height(&self) -> f32 {
        self.bottom - self.top
    }

    pub fn is_page_begun(&self) -> bool {
        self.y > self.top
    }

    pub fn break_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = self.top;
    }

    /// Goes on to the next page unless this much is left of this one. What is higher than a page begins where it is.
    pub fn need(&mut self, height: f32) {
        if self.room() < height && height <= self.page_height() && self.is_page_begun() {
            self.break_page();
        }
    }

    /// Leaves a gap, except at the head of a page.
    pub fn gap(&mut self, height: f32) {
        if self.is_page_begun() {
            self.y += height;
        }
    }

    /// Runs `fill` with a new node open: what it opens stands within.
    pub fn within<T>(&mut self, meaning: Meaning, fill: impl FnOnce(&mut Sheet, NodeId) -> T) -> T {
        let outer = self.open;
        self.nodes.push(Node {
            meaning,
            parent: Some(outer),
        });
        self.open = NodeId(self.nodes.len() - 1);
        let filled = fill(self, self.open);
        self.open = outer;
        filled
    }

    /// A node within the open one that is filled as it comes.
    pub fn node(&mut self, meaning: Meaning) -> NodeId {
        self.within(meaning, |_, node| node)
    }

    pub fn place(&mut self, node: Option<NodeId>, mark: Mark) {
        let page = self.pages.len() - 1;
        self.pages[page].push(Placed { node, mark });
    }

    /// A line of text whose top is at `y`.
    pub fn line(&mut self, node: Option<NodeId>, x: f32, y: f32, style: Style, text: &str) {
        if !text.is_empty() {
            self.place(
                node,
                Mark::Text {
                    x,
                    y: y + style.baseline(),
                    style,
                    text: text.to_owned(),
                },
            );
        }
    }

    /// A level rule across the page, at the cursor.
    pub fn rule(&mut self, thickness: f32, ink: Ink) {
        let (x, y, width) = (self.left, self.y, self.width());
        self.place(
            None,
            Mark::Box {
                x,
                y,
                width,
                height: thickness,
                ink,
            },
        );
        self.y += thickness;
    }
}
