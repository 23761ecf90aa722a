package cli

import (
	"context"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-learn/kubectl-learn/images"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/supply"
	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

type imagesList struct {
	cluster      clusterFlags
	from, output string
}

func (a *app) newImagesList() *cobra.Command {
	o := &imagesList{}
	cmd := &cobra.Command{
		Use:   "list",
		Short: a.say(lang.Messagef("List the images, which lessons need them, and which nodes have them", "列出镜像、用到它们的课程，以及哪些节点上有它们")),
		Args:  help.Args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.output != "" && o.output != "json" {
				return unknownFormat(o.output, "json")
			}
			return o.run(cmd.Context(), a)
		},
	}
	o.cluster.add(a, cmd)
	a.addFrom(cmd, &o.from)
	cmd.Flags().StringVarP(&o.output, "output", "o", "", a.say(lang.Messagef("output format: json", "输出格式：json")))
	return cmd
}

// imageReport is an image in "images list -o json".
type imageReport struct {
	Image string `json:"image"`
	Port  int32  `json:"port"`
	// Lessons are the ids of those that need it.
	Lessons []string `json:"lessons"`
	// Size is in bytes, compressed; absent when there is no archive to look into.
	Size int64 `json:"size,omitempty"`
	// Nodes is absent when the nodes could not be asked.
	Nodes *nodesReport `json:"nodes,omitempty"`
}

// nodesReport counts the nodes that have an image, that lack it, and that name
// too many images to tell.
type nodesReport struct {
	Have   int `json:"have"`
	Lack   int `json:"lack"`
	Unsure int `json:"unsure"`
}

func (o *imagesList) run(ctx context.Context, a *app) error {
	lessons, err := a.lessonsByImage()
	if err != nil {
		return err
	}
	nodes, err := o.nodes(ctx, a)
	if err != nil {
		return err
	}
	sizes, err := a.sizes(o.from)
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
			p := supply.Present(i, nodes)
			r.Nodes = &nodesReport{p.Have, p.Lack, p.Unsure}
		}
		all = append(all, r)
	}
	if o.output == "json" {
		where := *o.cluster.kube.Context
		if where == "" {
			where = "sandbox"
		}
		return a.json(map[string]any{"version": 1, "cluster": where, "images": all}, "")
	}
	return o.show(a, all)
}

// lessonsByImage reads what lessons require.
func (a *app) lessonsByImage() (map[string][]string, error) {
	catalog, err := a.catalog()
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, course := range catalog.Courses() {
		for _, summary := range course.Lessons {
			lesson, err := catalog.Lesson(summary.ID, a.lang())
			if err != nil {
				return nil, err
			}
			for _, image := range lesson.Requires.Images {
				out[image] = append(out[image], lesson.ID)
			}
		}
	}
	return out, nil
}

// nodes are those of the chosen cluster, none for the sandbox, which is not
// started for this. Nodes that cannot be asked are said and are none either.
func (o *imagesList) nodes(ctx context.Context, a *app) ([]corev1.Node, error) {
	name := *o.cluster.kube.Context
	if name == "" {
		return nil, nil
	}
	c, err := cluster.FromContext(ctx, o.cluster.kube.ToRawKubeConfigLoader(), name)
	if err != nil {
		return nil, err
	}
	nodes, err := askNodes(ctx, c)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		a.remark(lang.Messagef("Which nodes have them cannot be told: %v", "无法得知哪些节点上有它们：%v", words(err)))
	}
	return nodes, nil
}

// sizes looks into an archive, of this machine's architecture if there is one.
// Without an archive there are no sizes, which is an error only where one was
// named.
func (a *app) sizes(from string) (map[string]int64, error) {
	var fault error
	for _, arch := range slices.Concat([]string{runtime.GOARCH}, images.Architectures()) {
		archive, err := supply.Open(from, a.Executable, arch)
		if err == nil {
			return archive.Sizes, nil
		}
		if fault == nil && from != "" {
			fault = err
		}
	}
	return nil, fault
}

func (o *imagesList) show(a *app, all []imageReport) error {
	rows := [][]string{{
		a.say(lang.Messagef("IMAGE", "镜像")), a.say(lang.Messagef("SIZE", "大小")),
		a.say(lang.Messagef("NODES", "节点")), a.say(lang.Messagef("LESSONS", "课程")),
	}}
	for _, r := range all {
		size, lessons := "-", "-"
		if r.Size > 0 {
			size = megabytes(r.Size)
		}
		if len(r.Lessons) > 0 {
			lessons = strings.Join(r.Lessons, ", ")
		}
		rows = append(rows, []string{r.Image, size, a.say(o.standing(r.Nodes)), lessons})
	}
	return a.print("%s", visible.Table(rows))
}

// standing says in words which nodes have an image.
func (o *imagesList) standing(n *nodesReport) lang.Message {
	switch {
	case *o.cluster.kube.Context == "":
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
