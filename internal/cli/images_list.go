package cli

import (
	"context"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-learn/kubectl-learn/images"
	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/imageload"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// imagesListOptions are those of "kubectl learn images list".
type imagesListOptions struct {
	program      *program.Program
	choice       cluster.Choice
	from, output string
}

func newImagesList(p *program.Program) *cobra.Command {
	o := &imagesListOptions{program: p}
	cmd := &cobra.Command{
		Use:   "list",
		Short: p.Say(lang.Messagef("List the images, the lessons that need them, and the nodes that have them", "列出镜像、用到它们的课程，以及已有它们的节点")),
		Args:  help.Args(0, 0),
		RunE:  runE(o),
	}
	addClusterFlags(p, cmd, &o.choice)
	addFrom(p, cmd, &o.from)
	cmd.Flags().StringVarP(&o.output, "output", "o", "", p.Say(lang.Messagef("output format: json", "输出格式：json")))
	return cmd
}

func (*imagesListOptions) complete(*cobra.Command, []string) error { return nil }
func (o *imagesListOptions) validate() error                       { return knownFormat(o.output, "json") }

// imageReport is an image in "images list -o json".
type imageReport struct {
	Image string `json:"image"`
	Port  int32  `json:"port"`
	// Lessons are the ids of the lessons that need it.
	Lessons []string `json:"lessons"`
	// Size is in bytes, compressed; absent if there is no archive to read it from.
	Size int64 `json:"size,omitempty"`
	// Nodes is absent if the nodes are unknown.
	Nodes *nodesReport `json:"nodes,omitempty"`
}

// nodesReport counts the nodes that have an image, those that lack it, and those that
// report too many images to be sure.
type nodesReport struct {
	Have   int `json:"have"`
	Lack   int `json:"lack"`
	Unsure int `json:"unsure"`
}

func (o *imagesListOptions) run(ctx context.Context) error {
	lessons, err := o.lessonsByImage()
	if err != nil {
		return err
	}
	nodes, err := o.nodes(ctx)
	if err != nil {
		return err
	}
	sizes, err := o.sizes()
	if err != nil {
		return err
	}
	var all []imageReport
	for _, i := range images.All() {
		r := imageReport{Image: i.Ref(), Port: i.Port, Lessons: lessons[i.Ref()], Size: sizes[i.FullRef()]}
		if r.Lessons == nil {
			r.Lessons = []string{}
		}
		if nodes != nil {
			p := imageload.Present(i, nodes)
			r.Nodes = &nodesReport{p.Have, p.Lack, p.Unsure}
		}
		all = append(all, r)
	}
	if o.output == "json" {
		where := o.choice.Context
		if where == "" {
			where = "sandbox"
		}
		return printJSON(o.program, map[string]any{"version": 1, "cluster": where, "images": all})
	}
	return o.show(all)
}

// lessonsByImage maps images to the lessons that require them.
func (o *imagesListOptions) lessonsByImage() (map[string][]string, error) {
	catalog, err := openCatalog()
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, id := range catalog.IDs() {
		lesson, err := catalog.Lesson(id, o.program.Lang())
		if err != nil {
			return nil, err
		}
		for _, image := range lesson.Requires.Images {
			out[image] = append(out[image], lesson.ID)
		}
	}
	return out, nil
}

// nodes returns the nodes of the chosen cluster. It returns none for the sandbox, which
// it doesn't start, and none if the cluster doesn't respond, which it reports.
func (o *imagesListOptions) nodes(ctx context.Context) ([]corev1.Node, error) {
	if o.choice.Context == "" {
		return nil, nil
	}
	c, err := o.choice.Open(ctx)
	if err != nil {
		return nil, err
	}
	nodes, err := askNodes(ctx, c)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		o.program.Remark(lang.Messagef("Can't tell which nodes have the images: %v", "无法得知哪些节点上有这些镜像：%v", advice.Words(err)))
	}
	return nodes, nil
}

// sizes reads the sizes from an archive, preferably one for this machine's
// architecture. Without an archive there are no sizes, which is an error only if --from
// names one.
func (o *imagesListOptions) sizes() (map[string]int64, error) {
	var fault error
	for _, arch := range slices.Concat([]string{runtime.GOARCH}, images.Architectures()) {
		archive, err := imageload.Open(o.from, o.program.Executable, arch)
		if err == nil {
			return archive.Sizes, nil
		}
		if fault == nil && o.from != "" {
			fault = err
		}
	}
	return nil, fault
}

func (o *imagesListOptions) show(all []imageReport) error {
	p := o.program
	rows := [][]string{{
		p.Say(lang.Messagef("IMAGE", "镜像")), p.Say(lang.Messagef("SIZE", "大小")),
		p.Say(lang.Messagef("NODES", "节点")), p.Say(lang.Messagef("LESSONS", "课程")),
	}}
	for _, r := range all {
		size, lessons := "-", "-"
		if r.Size > 0 {
			size = megabytes(r.Size)
		}
		if len(r.Lessons) > 0 {
			lessons = strings.Join(r.Lessons, ", ")
		}
		rows = append(rows, []string{r.Image, size, p.Say(o.standing(r.Nodes)), lessons})
	}
	return p.Printf("%s", visible.Table(rows))
}

// standing describes which nodes have an image.
func (o *imagesListOptions) standing(n *nodesReport) lang.Message {
	switch {
	case o.choice.Context == "":
		return lang.Messagef("built in", "内置")
	case n == nil:
		return lang.Messagef("unknown", "未知")
	case n.Lack == 0 && n.Unsure == 0:
		return lang.Messagef("loaded", "已加载")
	case n.Have > 0:
		return lang.Messagef("on %d of %s", "%[2]s中的 %[1]d 个", n.Have, nodesWord(n.Have+n.Lack+n.Unsure))
	case n.Lack == 0:
		return lang.Messagef("unknown", "未知")
	}
	return lang.Messagef("missing", "缺少")
}

// nodesWord is a number of nodes in words.
func nodesWord(n int) lang.Message {
	if n == 1 {
		return lang.Messagef("1 node", "1 个节点")
	}
	return lang.Messagef("%d nodes", "%d 个节点", n)
}
